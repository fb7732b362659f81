import type { StepEventMetadata } from "@pulumi/pulumi/automation/events";
import { basename } from "node:path";

/** Names of groups by ID, as the events tell them. */
export type GroupNames = Map<string, string>;

/** What people call a resource; undefined for what only the engine needs. */
export function objectOf({ type, urn, new: after, old: before }: StepEventMetadata, groups: GroupNames) {
  const state = after ?? before;
  const [, kind = ""] = /:(\w+)$/.exec(type) ?? [];
  const property = (name: string): unknown => state?.outputs[name] ?? state?.inputs[name];
  const text = (name: string) => String(property(name));
  const group = () => `group ${groups.get(text("groupId")) ?? text("groupId")}`;
  if (type.startsWith("pulumi:") || kind === "OcisWithPocketId") return undefined;
  switch (kind) {
    case "UserGroup":
      if (state !== undefined && state.id !== "") groups.set(state.id, text("name"));
      return `group ${text("name")}`;
    case "CustomClaims": {
      const claims = (property("claims") ?? []) as { key: string; value: string }[];
      return `claim of ${group()}: ${claims.map(({ key, value }) => `${key} = ${value}`).join(", ")}`;
    }
    case "UserGroupMembers":
      return `members of ${group()}: ${((property("members") ?? []) as string[]).join(", ")}`;
    case "OidcClient":
      return `client ${text("name")}`;
    case "LocalFiles": {
      const files = Object.keys(property("files") ?? {});
      return `files in ${basename(text("directory"))}: ${files.join(", ")}`;
    }
    default:
      return `${kind} ${urn.slice(urn.lastIndexOf("::") + 2)}`;
  }
}

/** Each value that an update changes, with what it is and what it will be. */
export function changesOf({ old: before, new: after }: StepEventMetadata): string[] {
  const names = Object.keys(after?.inputs ?? {}).filter((name) => !name.startsWith("__"));
  return names.flatMap((name) => differences(name, before?.inputs[name], after?.inputs[name]));
}

function differences(path: string, is: unknown, willBe: unknown): string[] {
  const [before, after] = [JSON.stringify(is), JSON.stringify(willBe)] as (string | undefined)[];
  if (before === after) return [];
  if (!isContainer(is) || !isContainer(willBe)) {
    return [`${path}: ${before ?? "nothing"} => ${after ?? "nothing"}`];
  }
  const keys = new Set([...Object.keys(is), ...Object.keys(willBe)]);
  return [...keys].flatMap((key) =>
    differences(Array.isArray(is) ? `${path}[${key}]` : `${path}.${key}`, is[key], willBe[key]),
  );
}

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
