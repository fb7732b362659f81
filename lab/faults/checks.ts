import type { Content } from "./company";

/** Texts that differ between runs, and what replaces each. */
export type Aliases = ReadonlyMap<string, string>;

/** Times, and a setting that matters only when an object is created, but is stored with it. */
const IGNORED: readonly string[] = ["createdAt", "updatedAt", "created", "modified", "time", "adopt"];

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
      .filter(([key, item]) => item !== undefined && !IGNORED.includes(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** Lines that introduce an error without naming its cause. */
const HEADLINES = [
  /^error: update failed$/,
  /^error: preview failed$/,
  /^error: Resource monitor has terminated/,
  /^error: \d+ errors? occurred:$/,
];

/** What to do next: run the command again, or check something. */
const FIXES = /[Rr]un the command again|Is this the address|set adopt|`pulumi /;

/**
 * Problems with the output of a failed run: it must name what failed and the fix, give one reason for all resources that
 * couldn't be created, and show no stack trace and no secret.
 */
export function outputProblems(text: string, secrets: readonly string[]): string[] {
  const errors = errorLines(text);
  const withoutRequests = errors.map((line) =>
    line.replace(/^(error:|\*) ((GET|POST|PUT|DELETE) \S+:)?/, ""),
  );
  const reasons = new Set(withoutRequests);
  const checks: readonly (readonly [boolean, string])[] = [
    [errors.length === 0, "no line names what failed"],
    [errors.length > 0 && !FIXES.test(errors.join("\n")), "no line names a fix"],
    [reasons.size > 1, `${reasons.size} different reasons for one cause`],
    [/^\s+at .*[:(]\d+:\d+\)?$/m.test(text) || text.includes("node_modules"), "a stack trace"],
    [secrets.some((secret) => text.includes(secret)), "a secret is printed"],
    [/unhandled|undefined|\[object /i.test(text), "words that mean nothing to people"],
  ];
  return checks.flatMap(([applies, problem]) => (applies ? [problem] : []));
}

/** The errors of a run, each once, without the engine's headlines. */
export function errorLines(text: string): string[] {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    // A star marks one of several reasons below a headline.
    .filter((line) => /^(error:|\* )/.test(line) && !HEADLINES.some((headline) => headline.test(line)));
  return [...new Set(lines)];
}
