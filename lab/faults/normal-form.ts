import { createHash } from "node:crypto";
import type { Content } from "./pocket-id";

/** Texts that differ from run to run, and what stands for each. */
export type Aliases = ReadonlyMap<string, string>;

/** Fields that tell when, not what. */
const TIMES: readonly string[] = ["createdAt", "updatedAt", "created", "modified", "time"];

/** A setting that counts in the moment when an object is made, and is kept beside it. */
const OF_ONE_MOMENT = "adopt";

/** The engine gives providers such IDs. */
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What the engine writes in the place of a secret. */
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

/** A server's content, in one order and without what may differ between two runs that come to the same. */
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

/** A stack's state in the same way: resources, whatever order they came in, and operations that are pending. */
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

/** A short name for a long text. */
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
    // Lists in a state are sets: dependencies, and IDs that are sorted by what they happen to be.
    return items.every((item) => typeof item === "string") ? items.sort() : items;
  }
  if (typeof value !== "object" || value === null) return value;
  if (SECRET_SIGNATURE in value && "ciphertext" in value) return "<secret>";
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => item !== undefined && key !== OF_ONE_MOMENT && !TIMES.includes(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
