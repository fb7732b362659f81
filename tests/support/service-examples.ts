import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation";
import { load } from "js-yaml";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ownProgram from "../../index";

const EXAMPLES = join(__dirname, "..", "..", "examples");

/** The value that {@link serviceExample} gives to everything that is set with --secret. */
export const EXAMPLE_SECRET = "hush-hush example";

/** The examples that connect oCIS with another service. */
export const SERVICE_EXAMPLES = ["mail", "s3", "antivirus", "search", "office"] as const;

/** A stack's file and program as an example tells people to write them. */
export interface ServiceExample {
  /** By key, without the project's name. Maps with a secret in them are secret as a whole, as Pulumi does it. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly secretKeys: readonly string[];
  readonly program: PulumiFn;
}

export async function serviceExample(name: (typeof SERVICE_EXAMPLES)[number]): Promise<ServiceExample> {
  const text = readFileSync(join(EXAMPLES, name, "stack.yaml"), "utf8");
  const { config } = load(text) as { config: Record<string, unknown> };
  const open = Object.entries(config).map(([key, value]) => [key.replace(/^ocis-pocket-id:/, ""), value]);
  const all = Object.fromEntries(open) as Record<string, unknown>;
  const commands = [...text.matchAll(/^# +pulumi config set --secret --path (\w+)\.(\w+)$/gm)];
  for (const [, key = "", variable = ""] of commands) {
    all[key] = { ...(all[key] as object), [variable]: EXAMPLE_SECRET };
  }
  const file = join(EXAMPLES, name, "index.ts");
  const own = existsSync(file)
    ? ((await import(file)) as { default: () => Record<string, unknown> })
    : undefined;
  return {
    config: all,
    secretKeys: [...new Set(commands.map(([, key = ""]) => key))],
    program: own === undefined ? ownProgram : () => Promise.resolve(own.default()),
  };
}

/** Its configuration for an engine. */
export function configOf({ config, secretKeys }: ServiceExample): ConfigMap {
  const entries = Object.entries(config).map(([key, value]) => [
    `ocis-pocket-id:${key}`,
    { value: JSON.stringify(value), secret: secretKeys.includes(key) },
  ]);
  return Object.fromEntries(entries) as ConfigMap;
}
