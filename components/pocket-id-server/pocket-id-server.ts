import * as docker from "@pulumi/docker";
import {
  FirstAdmin,
  type FirstAdminArgs,
  PocketIdProvider,
  type PocketIdProviderArgs,
  PocketIdReady,
} from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { OWNER_LABEL } from "../docker-host/answers";
import { compare, versionOf } from "../docker-host/preflight/checks";
import { GeneratedSecret } from "../resources";
import { childOpts, componentOpts, defined } from "../inputs";
import { dockerName, ownerName } from "../targets/container";
import { KEPT_VOLUME, REALLY_REPLACED, SERVICE } from "../targets/docker-container";
import { dockerLimits, type Limits, SMALL_LIMITS } from "../targets/limits";

/** The Pocket ID that is run unless a program names another. Changing it is a release note. */
export const DEFAULT_POCKET_ID_IMAGE = "ghcr.io/pocket-id/pocket-id:v2.14.0";

/** Arguments of {@link PocketIdServer}. */
export interface PocketIdServerArgs {
  /** The public address, for people and for oCIS: `https://pocket-id.company.com`. Passkeys are bound to its host. */
  url: pulumi.Input<string>;
  /** The Docker network of the TLS proxy, which reaches the server as `pocket-id:1411`. */
  network: pulumi.Input<string>;
  /** The proxy's address range: Pocket ID trusts what proxies in it report about visitors' addresses. Before 2.11, it trusts every proxy. */
  trustedProxies?: pulumi.Input<string | undefined> | undefined;
  /** The TLS proxy: it is there before anything is made in Pocket ID, and until all of that is deleted. @default none */
  proxy?: pulumi.Resource | undefined;
  /** The first admin, who gets a link to sign in. @default nobody: the first visitor of the setup page */
  admin?: FirstAdminArgs | undefined;
  /** How this machine reaches the server's API, beside `url` and key. */
  connection?: Omit<PocketIdProviderArgs, "apiKey" | "apiKeyFromEnvironment"> | undefined;
  /** The image of Pocket ID, 2.3 or later. @default {@link DEFAULT_POCKET_ID_IMAGE} */
  image?: pulumi.Input<string> | undefined;
  /**
   * The key that encrypts Pocket ID's database, 16 characters at least: for a volume that another stack or a manual setup
   * made. @default generated, and kept in state
   */
  encryptionKey?: pulumi.Input<string> | undefined;
  /** Further environment variables of Pocket ID, such as those for e-mail. @default {} */
  environment?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** How much of the Docker host the container may use. @default { memory: 1024, logs: 50 } */
  limits?: Limits | undefined;
  /**
   * Whether the engine refuses to delete the key that encrypts Pocket ID's database. Destroy leaves the volume in place, which
   * is worth nothing without it. @default true
   */
  protect?: boolean | undefined;
}

/** Where it listens in its container. */
const PORT = 1411;
/** How the proxy reaches it. */
export const POCKET_ID_UPSTREAM = `http://pocket-id:${PORT}`;
const DATA = "/app/data";

/**
 * Pocket ID in a container of the Docker host, behind a TLS proxy: accounts, passkeys and keys in a volume that outlives
 * everything, an API key for this stack, and the connection for its resources, which waits until the server is ready.
 *
 * @example
 * const proxy = new TlsProxy("proxy", {
 *   sites: [{ url: "https://pocket-id.company.com", upstream: POCKET_ID_UPSTREAM }],
 * });
 * const server = new PocketIdServer("pocket-id", { url: "https://pocket-id.company.com", proxy, network: proxy.network });
 * new UserGroup("admins", { name: "admins" }, { provider: server.provider });
 */
export class PocketIdServer extends pulumi.ComponentResource {
  /** The connection for resources in this Pocket ID. */
  readonly provider: PocketIdProvider;
  /** The API key of this stack; a secret. */
  readonly apiKey: pulumi.Output<string>;
  /** Pocket ID's version: `2.14.0`. */
  readonly version: pulumi.Output<string>;
  /** The link that signs the first admin in; a secret. Undefined without `admin`. */
  readonly adminLink: pulumi.Output<string> | undefined;
  readonly container: docker.Container;
  readonly volume: docker.Volume;

  constructor(name: string, args: PocketIdServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("ocis-pocket-id:index:PocketIdServer", name, {}, componentOpts(opts));
    const child = childOpts(this, opts);
    const { url, image = DEFAULT_POCKET_ID_IMAGE, protect = true } = args;
    const labels = [{ label: OWNER_LABEL, value: ownerName(name) }];

    // Made even if another key is given: one that was in use isn't deleted by giving one.
    const generated = new GeneratedSecret(`${name}-encryption-key`, {}, { ...child, protect });
    const encryptionKey = pulumi.secret(args.encryptionKey ?? generated.value);
    const apiKey = new GeneratedSecret(`${name}-api-key`, {}, child);
    this.volume = new docker.Volume(
      `${name}-data`,
      { name: `${dockerName(name)}-data`, labels },
      { ...child, protect, ...KEPT_VOLUME },
    );
    const trusted = pulumi
      .all([image, args.trustedProxies])
      .apply(([known, range]) => (range !== undefined && takesNetworks(known) ? range : "true"));
    this.container = new docker.Container(
      `${name}-container`,
      {
        name: dockerName(name),
        image: new docker.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, child).imageId,
        envs: pulumi
          .all([args.environment ?? {}, url, encryptionKey, apiKey.value, trusted])
          .apply(([environment, appUrl, encryption, key, proxies]) =>
            Object.entries({
              ANALYTICS_DISABLED: "true",
              ...environment,
              APP_URL: appUrl,
              ENCRYPTION_KEY: encryption,
              STATIC_API_KEY: key,
              TRUST_PROXY: proxies,
            })
              .map(([variable, value]) => `${variable}=${value}`)
              .sort(),
          ),
        labels,
        mounts: [{ type: "volume", source: this.volume.name, target: DATA }],
        networksAdvanced: [{ name: args.network, aliases: ["pocket-id"] }],
        healthcheck: {
          tests: ["CMD", "/app/pocket-id", "healthcheck"],
          interval: "30s",
          timeout: "5s",
          retries: 3,
          startPeriod: "30s",
        },
        ...SERVICE,
        // What the image's start needs to hand the volume to its user.
        capabilities: { drops: ["ALL"], adds: NEEDED_TO_START },
        securityOpts: ["no-new-privileges"],
        ...dockerLimits(args.limits, SMALL_LIMITS),
      },
      // The database has one writer: the old server stops before the new one starts.
      { ...child, ...REALLY_REPLACED },
    );

    const connection = (key: pulumi.Input<string>): PocketIdProviderArgs => ({
      url,
      ...args.connection,
      apiKey: key,
    });
    const waiting = new PocketIdProvider(`${name}-starting`, connection(apiKey.value), child);
    const withProvider = { ...child, provider: waiting };
    const ready = new PocketIdReady(
      `${name}-ready`,
      { triggers: [this.container.id], container: dockerName(name) },
      { ...withProvider, ...defined({ dependsOn: args.proxy && [args.proxy] }) },
    );
    this.version = ready.version;
    const afterwards = { ...withProvider, dependsOn: [ready] };
    const admin = args.admin && new FirstAdmin(`${name}-admin`, args.admin, afterwards);
    this.adminLink = admin?.link;
    // Known as long as the key is, but only once the server is ready.
    this.apiKey = pulumi.all([apiKey.value, ready.urn, admin?.urn]).apply(([key]) => key);
    this.provider = new PocketIdProvider(name, connection(this.apiKey), child);
    this.registerOutputs({ version: this.version });
  }
}

const NEEDED_TO_START = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID"];

/** Whether TRUST_PROXY of this image takes an address range, as it does since 2.11. One without a version counts as new. */
export function takesNetworks(image: string): boolean {
  const version = versionOf(image);
  return version === undefined || compare(version, [2, 11]) >= 0;
}
