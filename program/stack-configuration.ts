import { didYouMean, type OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import { CONNECTION_KEYS } from "@ocis-pocket-id/providers";
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

const role = z.enum(["admin", "spaceAdmin", "user", "guest"]);
/** A value for each role, or for some. */
const byRole = <T extends z.ZodType>(value: T, form: string) => {
  const error = ({ code, keys }: { code?: string; keys?: unknown }) =>
    code === "unrecognized_keys"
      ? `'${String(keys)}' is no role: admin, spaceAdmin, user and guest are`
      : `must be ${form}`;
  return json(z.partialRecord(role, value, { error }), form);
};

const KEYS = {
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
  groupNames: byRole(word, "a map of roles to group names"),
  nativeClients: z.enum(["own", "share", "attach", "none"], { error: "must be own, share, attach or none" }),
  webClientId: z.string(),
  identityClaim: z.enum(["preferred_username", "sub"], { error: "must be preferred_username or sub" }),
  adopt: z.enum(["never", "ifExists", "must", "reclaim"], {
    error: "must be never, ifExists, must or reclaim",
  }),
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

/** Reads the configuration of the stack that is running, and says of each key what is wrong with it. */
export function readStackConfiguration(): {
  configuration: StackConfiguration;
  problems: ConfigurationProblem[];
} {
  const config = new pulumi.Config();
  const problems: ConfigurationProblem[] = [];
  const entries = (Object.keys(KEYS) as Key[]).flatMap((key) => {
    const text = config.get(key);
    if (text === undefined) return [];
    const result = KEYS[key].safeParse(text);
    if (result.success) return [[key, result.data] as const];
    for (const { path, message } of result.error.issues) {
      problems.push({ field: [key, ...path].join("."), message });
    }
    return [];
  });
  return { configuration: Object.fromEntries(entries), problems: [...unknownKeys(), ...problems] };
}

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

/** All problems at once, one line each, with the command that mends it. */
export function describeProblems(problems: readonly ConfigurationProblem[]): string {
  const lines = problems.map(({ field, message }) => {
    const [argument = field] = field.split(".", 1);
    const key = argument === "groups" ? "groupNames" : argument;
    const mend = message.includes("`pulumi config ") ? "" : `. Mend it with \`pulumi config set ${key} ...\``;
    return `  ${field}: ${message}${mend}`;
  });
  const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
  return [`the stack's configuration has ${count}:`, ...lines].join("\n");
}

/** The component's arguments for a stack's settings. */
export function componentArgs({
  groupNames = {},
  target,
  ...stack
}: StackConfiguration): OcisWithPocketIdArgs {
  const groups = Object.entries(groupNames).map(([role, name]) => [role, { name }]);
  const container = {
    ...optional("image", stack.ocisImage),
    ...optional("publish", stack.port === undefined ? undefined : { port: stack.port }),
    ...optional("caCertificate", stack.caCertificate),
    ...optional("tls", stack.tls),
    ...optional("volumes", stack.volumes),
    ...optional("adoptVolumes", stack.adoptVolumes),
    ...optional("selinuxRelabel", stack.selinuxRelabel),
    ...optional(
      "networks",
      stack.networks?.map((name) => ({ name })),
    ),
    ...optional(
      "extraHosts",
      stack.extraHosts && Object.entries(stack.extraHosts).map(([host, ip]) => ({ host, ip })),
    ),
  };
  return {
    ...stack,
    groups: Object.fromEntries(groups) as OcisWithPocketIdArgs["groups"],
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
