import { didYouMean, type Problem } from "@ocis-pocket-id/components";
import { isConfigSecret } from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { z } from "zod";
import { CONNECTION, type Key, KEYS, type StackConfiguration, type Values } from "./keys";

/** What a stack's configuration contains. */
export interface Configuration {
  readonly stack: StackConfiguration;
  /** Values of the keys under `pocketid:`. */
  readonly connection: Values<typeof CONNECTION>;
  /** Keys whose values were set with --secret. */
  readonly secretKeys: ReadonlySet<Key>;
  /** Fields are keys without the project's name; the command that fixes it is added to a message that names none. */
  readonly problems: readonly Problem[];
}

/** Parses the configuration of the running stack, key by key. */
export function readConfiguration(): Configuration {
  const config = pulumi.allConfig();
  const isSecret = (key: Key) => projectKey(key) in config && isConfigSecret(projectKey(key));
  const secretKeys = (Object.keys(KEYS) as Key[]).filter(isSecret);
  const stack = parse(config, KEYS, projectKey, (key) => key);
  // The connection takes an empty value for none.
  const nonEmpty = Object.fromEntries(Object.entries(config).filter(([, text]) => text.trim() !== ""));
  const connection = parse(nonEmpty, CONNECTION, connectionKey, connectionKey);
  return {
    stack: stack.values,
    connection: connection.values,
    secretKeys: new Set(secretKeys),
    problems: [
      ...unknownKeys(config),
      ...secretKeys.filter((key) => KEYS[key].meta()?.["canBeSecret"] !== true).map(mustBeOpen),
      ...stack.problems,
      ...groupsNamedTwice(stack.values),
      ...connection.problems,
    ],
  };
}

const projectKey = (key: string) => `${pulumi.getProject()}:${key}`;
const connectionKey = (key: string) => `pocketid:${key}`;

/** The value of each key that is set, or what is wrong with it. */
function parse<S extends Record<string, z.ZodType>>(
  config: Readonly<Record<string, string>>,
  schemas: S,
  fullKey: (key: string) => string,
  field: (key: string) => string,
) {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(schemas)) {
    const text = config[fullKey(key)];
    if (text === undefined) continue;
    const { success, data, error } = schema.safeParse(text);
    if (success) values[key] = data;
    for (const { path, message } of error?.issues ?? []) {
      problems.push({ field: [field(key), ...path].join("."), message });
    }
  }
  return { values: values as Values<S>, problems };
}

/** A misspelt key would silently have no effect. */
function unknownKeys(config: object): Problem[] {
  const known = [...Object.keys(KEYS).map(projectKey), ...Object.keys(CONNECTION).map(connectionKey)];
  const project = projectKey("");
  return Object.keys(config)
    .filter((key) => (key.startsWith(project) || key.startsWith("pocketid:")) && !known.includes(key))
    .map((key) => {
      const field = key.startsWith(project) ? key.slice(project.length) : key;
      const hint = didYouMean(key, known).replace(project, "");
      return { field, message: `isn't a key of this program${hint}: run \`pulumi config rm ${field}\`` };
    });
}

const mustBeOpen = (key: Key): Problem => ({
  field: key,
  message:
    "is stored as a secret, but can't stay one, because addresses, names or previews show it: " +
    `run \`pulumi config set ${key}\` with its value and without --secret`,
});

function groupsNamedTwice({ groupNames = {}, existingGroups = {} }: StackConfiguration) {
  return Object.keys(existingGroups)
    .filter((role) => role in groupNames)
    .map((role) => ({
      field: `existingGroups.${role}`,
      message: `is an existing group, which keeps its name: run \`pulumi config rm --path groupNames.${role}\``,
    }));
}

/** All problems, one line each, with the command that fixes it. The messages quote no secret. */
export function describeProblems(
  problems: readonly Problem[],
  secretKeys: ReadonlySet<string> = new Set(),
): string {
  const lines = problems.map(({ field, message }) => {
    const [argument = field, role, name] = field.split(".");
    const isGroup = argument === "groups";
    const key = isGroup ? (name === "existing" ? "existingGroups" : "groupNames") : argument;
    const where = isGroup && role !== undefined ? `${key}.${role}` : field;
    const isSecret = secretKeys.has(key);
    const shown = isSecret && !message.includes("is stored as a secret") ? HIDDEN : message;
    // A connection has several keys, and each of its messages names the right one.
    const hasFix = /`[^`]*pulumi config /.test(shown) || field === "pocketid";
    return `  ${isSecret ? key : where}: ${shown}${hasFix ? "" : `. Fix it with \`pulumi config set ${key} ...\``}`;
  });
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return [`the stack's configuration has ${count}:`, ...lines].join("\n");
}

const HIDDEN = "has a value of the wrong form, hidden because it is a secret (see docs/configuration.md)";
