import type { RoleKey } from "@ocis-pocket-id/components";
import { ADOPTIONS, type CONNECTION_KEYS } from "@ocis-pocket-id/providers";
import { z } from "zod";

const flag = z
  .enum(["true", "false"], { error: "must be true or false" })
  .transform((text) => text === "true");

/** Lists and maps, which the stack's configuration stores as JSON. */
const json = <T extends z.ZodType>(schema: T, form: string) =>
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
    .pipe(schema);

/** `pulumi config set --path` stores text that looks like a number or a boolean as one. */
const text = z
  .union([z.string(), z.number(), z.boolean()], { error: "must be text" })
  .transform((value) => String(value));
const number = z.coerce.number({ error: "must be a number" });
const textByName = (form: string) => json(z.record(z.string(), text, { error: `must be ${form}` }), form);

const wholeNumber = (max: number, error: string) =>
  z.coerce.number({ error }).int(error).min(1, error).max(max, error);
const minutes = wholeNumber(525_600, "must be 1 to 525600 minutes");

const NOT_A_NAME = "must have 1 to 50 characters";
const NOT_SECONDS = "must be 1 to 3600 seconds";

const ROLES = ["admin", "spaceAdmin", "user", "guest"] as const satisfies readonly RoleKey[];
/** A value for some or all of the roles. */
const byRole = <T extends z.ZodType>(value: T, form: string) => {
  const error = ({ code, keys }: { code?: string; keys?: unknown }) =>
    code === "unrecognized_keys"
      ? `'${String(keys)}' isn't a role: use admin, spaceAdmin, user or guest`
      : `must be ${form}`;
  return json(z.partialRecord(z.enum(ROLES), value, { error }), form);
};

const directives = (name: string) =>
  z.record(z.string(), z.array(text, { error: "must be a list of sources" }), {
    error: `${name} must be a map of directives to lists of sources`,
  });

/** Marks a key whose value stays secret everywhere. Other values are part of names, addresses and previews. */
const canBeSecret = { canBeSecret: true };

const annotations = z.record(z.string(), text, { error: "annotations must be a map of names to values" });
/** How oCIS runs in Kubernetes. */
const kubernetes = z.strictObject(
  {
    namespace: text.exactOptional(),
    createNamespace: z.boolean({ error: "createNamespace must be true or false" }).exactOptional(),
    ingress: z
      .union([
        z.literal(false),
        z.strictObject({
          className: text.exactOptional(),
          clusterIssuer: text.exactOptional(),
          issuer: text.exactOptional(),
          tlsSecret: text.exactOptional(),
          annotations: annotations.exactOptional(),
        }),
      ])
      .exactOptional(),
    gateway: z
      .strictObject({
        name: text,
        namespace: text.exactOptional(),
        sectionName: text.exactOptional(),
        port: wholeNumber(65_535, "must be a port, 1 to 65535").exactOptional(),
      })
      .exactOptional(),
    storage: z
      .strictObject({
        className: text.exactOptional(),
        data: text.exactOptional(),
        config: text.exactOptional(),
      })
      .exactOptional(),
    nodeSelector: z.record(z.string(), text).exactOptional(),
    imagePullSecrets: z.array(text).exactOptional(),
    evictable: z.boolean({ error: "evictable must be true or false" }).exactOptional(),
  },
  { error: "must be a map, see docs/kubernetes.md" },
);

/**
 * The keys of a stack, as `pulumi config set KEY VALUE` takes them, which Pulumi.yaml describes. A schema checks the form
 * only; the component checks what the values mean.
 */
export const KEYS = {
  product: z.enum(["ocis", "opencloud"], { error: "must be ocis or opencloud" }),
  domain: z.string(),
  ocisHost: z.string(),
  pocketIdHost: z.string(),
  issuer: z.string(),
  pocketId: z.enum(["existing", "managed"], { error: "must be existing or managed" }),
  pocketIdImage: z.string(),
  pocketIdEncryptionKey: z.string().min(16, "must have at least 16 characters").meta(canBeSecret),
  pocketIdDatabase: z.string().meta(canBeSecret),
  pocketIdAdmin: json(
    z.strictObject(
      { username: text, email: text, firstName: text.exactOptional(), lastName: text.exactOptional() },
      { error: "must be a map with username and email, and optionally firstName and lastName" },
    ),
    "a map with username and email",
  ),
  traefik: json(
    z.strictObject(
      { network: text, entryPoint: text.exactOptional(), certResolver: text.exactOptional() },
      { error: "must be a map with network, and optionally entryPoint and certResolver" },
    ),
    "a map with network",
  ),
  certificates: z.enum(["acme", "internal"], { error: "must be acme or internal" }),
  certificate: z.string(),
  certificateKey: z.string().meta(canBeSecret),
  acmeEmail: z.string(),
  hsts: flag,
  listen: z.string(),
  proxyImage: z.string(),
  ocisImage: z.string().meta(canBeSecret),
  target: z.enum(["docker", "bundle", "swarm", "kubernetes"], {
    error: "must be docker, bundle, swarm or kubernetes",
  }),
  kubernetes: json(kubernetes, "a map, see docs/kubernetes.md"),
  constraints: json(z.array(text, { error: "must be a list" }), "a list"),
  publishMode: z.enum(["host", "ingress"], { error: "must be host or ingress" }),
  bundleDirectory: z.string(),
  port: wholeNumber(65_535, "must be a port, 1 to 65535"),
  members: byRole(
    z.array(text, { error: "must be a list of usernames" }),
    "a map of roles to lists of usernames",
  ).meta(canBeSecret),
  claimKey: z.string().meta(canBeSecret),
  shareClaim: flag,
  groupNames: byRole(text, "a map of roles to group names").meta(canBeSecret),
  existingGroups: byRole(text, "a map of roles to names of existing groups").meta(canBeSecret),
  nativeClients: z.enum(["own", "share", "attach", "none"], { error: "must be own, share, attach or none" }),
  nativeCallbackUrls: json(
    z.partialRecord(
      z.enum(["desktop", "ios", "android"]),
      z.array(text, { error: "must be a list of URLs" }),
      { error: "must be a map of apps (desktop, ios, android) to lists of URLs" },
    ),
    "a map of apps to lists of URLs",
  ),
  webClientId: z.string().meta(canBeSecret),
  webClientName: z.string().min(1, NOT_A_NAME).max(50, NOT_A_NAME),
  webClientDescription: z.string().max(150, "must have at most 150 characters"),
  skipConsent: flag,
  accessTokenDurationMinutes: minutes,
  refreshTokenDurationMinutes: minutes,
  identityClaim: z.enum(["preferred_username", "sub"], { error: "must be preferred_username or sub" }),
  adopt: z.enum(ADOPTIONS, { error: "must be never, ifExists, must or reclaim" }),
  protect: flag,
  networks: json(z.array(text, { error: "must be a list" }), "a list").meta(canBeSecret),
  networkAliases: json(z.array(text, { error: "must be a list" }), "a list"),
  extraHosts: textByName("a map of host names to IPv4 addresses").meta(canBeSecret),
  caCertificate: z.string().meta(canBeSecret),
  tls: flag,
  readiness: flag,
  limits: json(
    z.strictObject(
      { memory: number.optional(), cpus: number.optional(), logs: number.optional() },
      { error: "must be a map with memory, cpus or logs" },
    ),
    "a map with memory, cpus or logs",
  ),
  volumes: json(
    z.strictObject(
      { config: text.optional(), data: text.optional() },
      { error: "must be a map with config, data or both" },
    ),
    "a map with config, data or both",
  ),
  ocisSecrets: z.enum(["stack", "volume"], { error: "must be stack or volume" }),
  adoptVolumes: flag,
  allowEmptyVolumes: flag,
  selinuxRelabel: z.enum(["z", "Z"], { error: "must be z or Z" }),
  allowDowngrade: flag,
  requireBackup: wholeNumber(8_760, "must be 1 to 8760 hours"),
  contentSecurityPolicy: json(
    z.strictObject(
      {
        mode: z.enum(["merge", "replace"], { error: "mode must be merge or replace" }).optional(),
        extend: directives("extend").optional(),
        replace: directives("replace").optional(),
      },
      { error: "must be a map with mode, extend or replace" },
    ),
    "a map with mode, extend or replace",
  ),
  extraEnvironment: textByName("a map of names to values").meta(canBeSecret),
  overrideEnvironment: textByName("a map of names to values").meta(canBeSecret),
} satisfies Record<string, z.ZodType>;

/** A key of the stack's configuration, without the project's name. */
export type Key = keyof typeof KEYS;

/** The values of keys; those that aren't set are left out. */
export type Values<S extends Record<string, z.ZodType>> = { [K in keyof S]?: z.output<S[K]> };

/** The values of a stack's keys. */
export type StackConfiguration = Values<typeof KEYS>;

/** The keys of the connection to Pocket ID, without `pocketid:`. */
export const CONNECTION = {
  url: z.string(),
  apiKey: z.string(),
  apiKeyFromEnvironment: flag,
  timeoutSeconds: z.coerce.number({ error: NOT_SECONDS }).positive(NOT_SECONDS).max(3_600, NOT_SECONDS),
  caCertificate: z.string(),
  insecureHttp: flag,
} satisfies Record<keyof typeof CONNECTION_KEYS, z.ZodType>;
