import { didYouMean, type OcisWithPocketIdArgs, type RoleKey } from "@ocis-pocket-id/components";
import { ADOPTIONS, CONNECTION_KEYS, isConfigSecret } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { optional } from "./optional";

/**
 * What a stack may say, key by key, as `pulumi config set KEY VALUE` takes it. Pulumi.yaml describes each to people; the
 * component checks what the values mean.
 */
const flag = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((text) => text === "true");
const json = <T extends z.ZodType>(shape: T, form: string) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: "custom", message: `must be ${form}` });
        return z.NEVER;
      }
    })
    .pipe(shape);

/** `pulumi config set --path` makes a number or a truth value of what looks like one. */
const word = z
  .union([z.string(), z.number(), z.boolean()], { error: "must be text" })
  .transform((value) => String(value));
const words = json(z.array(word, { error: "must be a list" }), "a list");
const texts = (form: string) => json(z.record(z.string(), word, { error: `must be ${form}` }), form);

const NOT_NAME = "must have 1 to 50 characters";
const NOT_MINUTES = "must be 1 to 525600 minutes";
const minutes = z.coerce
  .number({ error: NOT_MINUTES })
  .int(NOT_MINUTES)
  .min(1, NOT_MINUTES)
  .max(525_600, NOT_MINUTES);

const role = z.enum(["admin", "spaceAdmin", "user", "guest"]);
/** A value for each role, or for some. */
const byRole = <T extends z.ZodType>(value: T, form: string) => {
  const error = ({ code, keys }: { code?: string; keys?: unknown }) =>
    code === "unrecognized_keys"
      ? `'${String(keys)}' is no role: admin, spaceAdmin, user and guest are`
      : `must be ${form}`;
  return json(z.partialRecord(role, value, { error }), form);
};

/** Sources by directive; the component checks both. */
const directives = (name: string) =>
  z.record(z.string(), z.array(word, { error: "must be a list of sources" }), {
    error: `${name} must be a map of directives to lists of sources`,
  });

export const KEYS = {
  domain: z.string(),
  ocisHost: z.string(),
  pocketIdHost: z.string(),
  issuer: z.string(),
  ocisImage: z.string(),
  target: z.enum(["docker", "bundle"], { error: "must be docker or bundle" }),
  bundleDirectory: z.string(),
  port: z.coerce.number({ error: "must be a port, 1 to 65535" }).int().min(1).max(65_535),
  members: byRole(
    z.array(word, { error: "must be a list of usernames" }),
    "a map of roles to lists of usernames",
  ),
  claimKey: z.string(),
  shareClaim: flag,
  groupNames: byRole(word, "a map of roles to group names"),
  existingGroups: byRole(word, "a map of roles to names of groups that exist"),
  nativeClients: z.enum(["own", "share", "attach", "none"], { error: "must be own, share, attach or none" }),
  nativeCallbackUrls: json(
    z.partialRecord(
      z.enum(["desktop", "ios", "android"]),
      z.array(word, { error: "must be a list of URLs" }),
      {
        error: "must be a map of apps (desktop, ios, android) to lists of URLs",
      },
    ),
    "a map of apps to lists of URLs",
  ),
  webClientId: z.string(),
  webClientName: z.string().min(1, NOT_NAME).max(50, NOT_NAME),
  webClientDescription: z.string().max(150, "must have at most 150 characters"),
  skipConsent: flag,
  accessTokenDurationMinutes: minutes,
  refreshTokenDurationMinutes: minutes,
  identityClaim: z.enum(["preferred_username", "sub"], { error: "must be preferred_username or sub" }),
  adopt: z.enum(ADOPTIONS, { error: "must be never, ifExists, must or reclaim" }),
  protect: flag,
  networks: words,
  extraHosts: texts("a map of host names to IPv4 addresses"),
  caCertificate: z.string(),
  tls: flag,
  readiness: flag,
  volumes: json(
    z.strictObject(
      { config: word.optional(), data: word.optional() },
      { error: "must be a map with config, data or both" },
    ),
    "a map with config, data or both",
  ),
  adoptVolumes: flag,
  allowEmptyVolumes: flag,
  selinuxRelabel: z.enum(["z", "Z"], { error: "must be z or Z" }),
  allowDowngrade: flag,
  contentSecurityPolicy: json(
    z.strictObject(
      { extend: directives("extend").optional(), replace: directives("replace").optional() },
      { error: "must be a map with extend, replace or both" },
    ),
    "a map with extend, replace or both",
  ),
  extraEnvironment: texts("a map of names to values"),
  overrideEnvironment: texts("a map of names to values"),
} satisfies Record<string, z.ZodType>;

type Key = keyof typeof KEYS;

/** The stack's settings; what it does not say is left out. */
export type StackConfiguration = { [K in Key]?: z.output<(typeof KEYS)[K]> };

/** One thing that is wrong with a stack's configuration. */
export interface ConfigurationProblem {
  /** The key, without the project's name. */
  readonly field: string;
  /** Without a final dot; a command that mends it is added unless it names one. */
  readonly message: string;
}

/** What a stack's configuration says. */
export interface ReadConfiguration {
  configuration: StackConfiguration;
  /** Keys whose values were set with --secret. */
  secretKeys: ReadonlySet<Key>;
  problems: ConfigurationProblem[];
}

/** Reads the configuration of the stack that is running, and what is wrong with each key. */
export function readStackConfiguration(): ReadConfiguration {
  const config = new pulumi.Config();
  const problems: ConfigurationProblem[] = [];
  const secretKeys = new Set<Key>();
  const entries = (Object.keys(KEYS) as Key[]).flatMap((key) => {
    const text = config.get(key);
    if (text === undefined) return [];
    if (isConfigSecret(`${pulumi.getProject()}:${key}`)) {
      secretKeys.add(key);
      if (!MAY_BE_SECRET.has(key)) problems.push({ field: key, message: NOT_SECRET(key) });
    }
    const result = KEYS[key].safeParse(text);
    if (result.success) return [[key, result.data] as const];
    for (const { path, message } of result.error.issues) {
      problems.push({ field: [key, ...path].join("."), message });
    }
    return [];
  });
  return {
    configuration: Object.fromEntries(entries),
    secretKeys,
    problems: [...unknownKeys(), ...problems, ...groupsNamedTwice(Object.fromEntries(entries))],
  };
}

function groupsNamedTwice({
  groupNames = {},
  existingGroups = {},
}: StackConfiguration): ConfigurationProblem[] {
  return Object.keys(existingGroups)
    .filter((role) => role in groupNames)
    .map((role) => ({
      field: `existingGroups.${role}`,
      message: `has a group that exists, which keeps its name: run \`pulumi config rm --path groupNames.${role}\``,
    }));
}

/** Keys whose values stay secret everywhere. What the others say is in names, addresses and previews. */
const MAY_BE_SECRET: ReadonlySet<Key> = new Set([
  ...([
    "ocisImage",
    "members",
    "claimKey",
    "groupNames",
    "existingGroups",
    "webClientId",
    "networks",
    "extraHosts",
  ] as const),
  ...(["caCertificate", "extraEnvironment", "overrideEnvironment"] as const),
]);

const NOT_SECRET = (key: Key) =>
  `is stored as a secret, and can't be kept as one, since addresses, names or previews show it: run \`pulumi config set ${key}\` ` +
  "with its value and without --secret";

/** A misspelt key would do nothing, silently. */
function unknownKeys(): ConfigurationProblem[] {
  const project = `${pulumi.getProject()}:`;
  const known = new Set<string>([...Object.keys(KEYS).map((key) => project + key), ...CONNECTION]);
  return Object.keys(pulumi.runtime.allConfig())
    .filter((key) => (key.startsWith(project) || key.startsWith("pocketid:")) && !known.has(key))
    .map((key) => {
      const field = key.startsWith(project) ? key.slice(project.length) : key;
      const hint = didYouMean(key, known).replace(project, "");
      return { field, message: `is no key of this program${hint}: run \`pulumi config rm ${field}\`` };
    });
}

const CONNECTION: readonly string[] = Object.values(CONNECTION_KEYS);

/** All problems at once, one line each, with the command that fixes it. Nothing of a secret is in them. */
export function describeProblems(
  problems: readonly ConfigurationProblem[],
  secretKeys: ReadonlySet<string> = new Set(),
): string {
  const lines = problems.map(({ field, message }) => {
    const [argument = field, role, name] = field.split(".");
    const ofGroups = name === "existing" ? "existingGroups" : "groupNames";
    const key = argument === "groups" ? ofGroups : argument;
    const shown = secretKeys.has(key) && !message.includes("is stored as a secret") ? HIDDEN : message;
    // A connection has several keys, and each of its messages names the right one.
    const fix =
      shown.includes("`pulumi config ") || field === "pocketid"
        ? ""
        : `. Fix it with \`pulumi config set ${key} ...\``;
    const where = argument === "groups" && role !== undefined ? `${key}.${role}` : field;
    return `  ${secretKeys.has(key) ? key : where}: ${shown}${fix}`;
  });
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return [`the stack's configuration has ${count}:`, ...lines].join("\n");
}

const HIDDEN =
  "has a value of the wrong form, which is a secret and so not shown (docs/configuration.md has the form)";

const mapped = <T, R>(values: Readonly<Record<string, T>>, of: (value: T) => R) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, of(value)]));

/** The component's arguments for a stack's settings; secret ones as such. */
export function componentArgs(
  { groupNames = {}, existingGroups = {}, target, ...stack }: StackConfiguration,
  secretKeys: ReadonlySet<Key> = new Set(),
): OcisWithPocketIdArgs {
  const given = <T>(key: Key, value: T): T | pulumi.Output<T> =>
    secretKeys.has(key) ? (pulumi.secret(value) as unknown as pulumi.Output<T>) : value;
  const secretly = <K extends Key, T>(key: K, value: T | undefined) =>
    optional(key, value === undefined ? undefined : given(key, value));
  const byRole = <T>(key: Key, values: Readonly<Partial<Record<RoleKey, T>>>) =>
    Object.fromEntries(Object.entries(values).map(([role, value]) => [role, given(key, value)])) as {
      [R in RoleKey]?: T | pulumi.Output<T>;
    };
  const groups = {
    ...mapped(byRole("groupNames", groupNames), (name) => ({ name })),
    ...mapped(byRole("existingGroups", existingGroups), (existing) => ({ existing })),
  };
  const networks = stack.networks?.map((name) => ({ name }));
  const extraHosts = stack.extraHosts && Object.entries(stack.extraHosts).map(([host, ip]) => ({ host, ip }));
  const container = {
    ...optional("image", stack.ocisImage === undefined ? undefined : given("ocisImage", stack.ocisImage)),
    ...optional("publish", stack.port === undefined ? undefined : { port: stack.port }),
    ...secretly("caCertificate", stack.caCertificate),
    ...optional("tls", stack.tls),
    ...optional("volumes", stack.volumes),
    ...optional("adoptVolumes", stack.adoptVolumes),
    ...optional("selinuxRelabel", stack.selinuxRelabel),
    ...secretly("networks", networks),
    ...secretly("extraHosts", extraHosts),
  };
  return {
    ...stack,
    ...secretly("claimKey", stack.claimKey),
    ...secretly("webClientId", stack.webClientId),
    ...secretly("extraEnvironment", stack.extraEnvironment),
    ...secretly("overrideEnvironment", stack.overrideEnvironment),
    ...optional("members", stack.members && byRole("members", stack.members)),
    groups,
    target:
      target === "bundle"
        ? { type: "bundle", ...container, ...optional("directory", stack.bundleDirectory) }
        : {
            type: "docker",
            ...container,
            ...optional("allowEmptyVolumes", stack.allowEmptyVolumes),
            ...optional("allowDowngrade", stack.allowDowngrade),
            ...(stack.readiness === false ? { readiness: false } : {}),
          },
  };
}
