import { createHash } from "node:crypto";
import type { Content } from "./company";

/** Texts that differ between runs, and what replaces each. */
export type Aliases = ReadonlyMap<string, string>;

/** Fields whose values are times. */
const TIMES: readonly string[] = ["createdAt", "updatedAt", "created", "modified", "time"];

/** A setting that matters only when an object is created, but is stored with it. */
const CREATION_ONLY = "adopt";

/** The engine gives providers IDs of this form. */
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Marks an encrypted secret in a state. */
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

/** A company's content in a fixed order, without anything that may differ between two equivalent runs. */
export function normalContent(content: Content, aliases: Aliases): string {
  const groups = content.groups.map(({ users, customClaims, ...group }) => ({
    ...group,
    claims: customClaims.map(({ key, value }) => `${key}=${value}`).sort(),
    members: users.map(({ username }) => username).sort(),
    allowedOidcClients: undefined,
  }));
  const clients = content.clients.map(({ allowedUserGroups, ...client }) => ({
    ...client,
    allowedUserGroups: allowedUserGroups.map(({ id }) => aliases.get(id) ?? `unknown group ${id}`).sort(),
  }));
  const objects = [...groups, ...clients].map((object) => normalText(object, aliases)).sort();
  return objects.join("\n");
}

/** A stack's state in the same form: its resources and pending operations. */
export function normalState(state: string, aliases: Aliases): string {
  if (state === "") return "no stack";
  const { checkpoint } = JSON.parse(state) as {
    checkpoint: { latest?: { resources?: object[]; pending_operations?: object[] } };
  };
  const { resources = [], pending_operations: pending = [] } = checkpoint.latest ?? {};
  return [...resources, ...pending.map((operation) => ({ pending: operation }))]
    .map((entry) => normalText(entry, aliases).replaceAll(UUID, "<another ID>"))
    .sort()
    .join("\n");
}

/** A short name for long texts. */
export function digest(...texts: string[]): string {
  return createHash("sha256").update(texts.join("\n\n")).digest("hex").slice(0, 16);
}

function normalText(value: unknown, aliases: Aliases): string {
  let text = JSON.stringify(value);
  for (const [from, to] of aliases) text = text.replaceAll(from, to);
  return JSON.stringify(sorted(JSON.parse(text)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items = value.map(sorted);
    // Lists of text in a state are sets: dependencies, or IDs sorted by their random values.
    return items.every((item) => typeof item === "string") ? items.sort() : items;
  }
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_SIGNATURE in value && "ciphertext" in value) return "<secret>";
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => item !== undefined && key !== CREATION_ONLY && !TIMES.includes(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
