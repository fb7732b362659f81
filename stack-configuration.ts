import type { OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

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

const role = z.enum(["admin", "spaceAdmin", "user", "guest"], {
  error: ({ input }) => `'${String(input)}' is no role: admin, spaceAdmin, user and guest are`,
});
const texts = z.record(z.string(), z.string());

const KEYS = {
  domain: z.string(),
  ocisHost: z.string(),
  pocketIdHost: z.string(),
  issuer: z.string(),
  ocisImage: z.string(),
  target: z.enum(["docker", "bundle"], { error: "must be docker or bundle" }),
  bundleDirectory: z.string(),
  port: z.coerce.number({ error: "must be a port, 1 to 65535" }).int().min(1).max(65_535),
  members: json(z.partialRecord(role, z.array(z.string())), "a map of roles to lists of usernames"),
  claimKey: z.string(),
  groupNames: json(z.partialRecord(role, z.string()), "a map of roles to group names"),
  nativeClients: z.enum(["own", "share", "attach", "none"], { error: "must be own, share, attach or none" }),
  webClientId: z.string(),
  identityClaim: z.enum(["preferred_username", "sub"], { error: "must be preferred_username or sub" }),
  adopt: z.enum(["never", "ifExists", "must", "reclaim"], {
    error: "must be never, ifExists, must or reclaim",
  }),
  protect: flag,
  networks: json(z.array(z.string()), "a list of names of Docker networks"),
  extraHosts: json(texts, "a map of host names to IPv4 addresses"),
  caCertificate: z.string(),
  tls: flag,
  readiness: flag,
  allowDowngrade: flag,
  extraEnvironment: json(texts, "a map of names to values"),
  overrideEnvironment: json(texts, "a map of names to values"),
} satisfies Record<string, z.ZodType>;

type Key = keyof typeof KEYS;

/** The stack's settings; what it does not say is left out. */
export type StackConfiguration = { [K in Key]?: z.output<(typeof KEYS)[K]> };

/** One thing that is wrong with a stack's configuration. */
export interface ConfigurationProblem {
  /** The key, without the project's name. */
  readonly field: string;
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
  return { configuration: Object.fromEntries(entries), problems };
}

/** All problems at once, one line each, with the command that mends it. */
export function describeProblems(problems: readonly ConfigurationProblem[]): string {
  const lines = problems.map(({ field, message }) => {
    const [argument = field] = field.split(".", 1);
    const key = argument === "groups" ? "groupNames" : argument;
    return `  ${field}: ${message}. Mend it with \`pulumi config set ${key} ...\``;
  });
  return [`the stack's configuration has ${problems.length} problem(s):`, ...lines].join("\n");
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
            ...optional("allowDowngrade", stack.allowDowngrade),
            ...(stack.readiness === false ? { readiness: false } : {}),
          },
  };
}

/** A property that is there only when it has a value. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
