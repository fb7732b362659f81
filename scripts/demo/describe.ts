import type { OutputMap } from "@pulumi/pulumi/automation";
import { describeEnvironment } from "@ocis-pocket-id/components";
import { table } from "../../cli/output/table";

/** What was made, from the stack's outputs alone, as tables for people. */
export function describeStack(outputs: OutputMap): string {
  const value = (name: string): unknown => outputs[name]?.value;
  const record = (name: string) => Object.entries((value(name) ?? {}) as Record<string, unknown>);
  const text = (something: unknown) =>
    typeof something === "string" ? something : JSON.stringify(something);

  const places = [
    ["oCIS", text(value("ocisUrl"))],
    ["issuer", text(value("issuer"))],
    ...record("deployment").map(([what, where]) => [what, text(where)]),
  ];
  const objects = [
    ["web client", text(value("clientId"))],
    ...record("nativeClientIds").map(([app, id]) => [`${app} client`, text(id)]),
    ...record("groupIds").map(([role, id]) => [`group for role ${role}`, text(id)]),
  ];
  const environment = describeEnvironment(
    Object.fromEntries(record("environment").map(([name, its]) => [name, text(its)])),
  );
  return [
    table(["Where", ""], places),
    table(["In Pocket ID", "ID"], objects),
    table(
      ["Environment of oCIS", "Value"],
      environment.map(({ name, value: its }) => [name, its]),
    ),
  ].join("\n\n");
}
