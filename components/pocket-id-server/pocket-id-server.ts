import type * as docker from "@pulumi/docker";
import type { FirstAdminArgs, PocketIdProvider, PocketIdProviderArgs } from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { OWNER_LABEL } from "../docker-host/answers";
import { dockerSdk } from "../docker-host/sdk";
import { dockerHostInputs } from "../docker-host/stack";
import { childOpts } from "../inputs";
import { GeneratedSecret } from "../resources";
import { ContainerStarted, ServicePreflight } from "../service-resources";
import { compare, versionOf } from "../settings/version";
import { dockerName, ownerName } from "../targets/container";
import { KEPT_VOLUME, labelsOf, REALLY_REPLACED, SERVICE } from "../targets/docker/container";
import { dockerLimits, type Limits, SMALL_LIMITS } from "../targets/limits";
import { accessTo, successorOf } from "./access";
import { DATA, PORT } from "./pod";

/** The default image of Pocket ID. A change needs a release note. */
export const DEFAULT_POCKET_ID_IMAGE = "ghcr.io/pocket-id/pocket-id:v2.14.0";

/** Arguments of {@link PocketIdServer}. */
export interface PocketIdServerArgs {
  /** The public address, for people and for oCIS: `https://pocket-id.company.com`. Passkeys are bound to its host. */
  url: pulumi.Input<string>;
  /** The Docker network of the TLS proxy, which reaches the server as `pocket-id:1411`. */
  network: pulumi.Input<string>;
  /** Names by which others in the network reach it. @default ["pocket-id"] */
  aliases?: readonly string[] | undefined;
  /**
   * The proxy's address range: Pocket ID trusts what proxies in it report about visitors' addresses. Before 2.11, it trusts
   * every proxy. @default the range of `network`, which must exist then
   */
  trustedProxies?: pulumi.Input<string | undefined> | undefined;
  /** The TLS proxy: it's created before anything in Pocket ID, and deleted after it. @default none */
  proxy?: pulumi.Resource | undefined;
  /** The first admin, who gets a link to sign in. @default nobody: the first visitor of the setup page */
  admin?: FirstAdminArgs | undefined;
  /** Other options for reaching the server's API from this machine. */
  connection?: Omit<PocketIdProviderArgs, "apiKey" | "apiKeyFromEnvironment"> | undefined;
  /** The image of Pocket ID, 2.3 or later. @default {@link DEFAULT_POCKET_ID_IMAGE} */
  image?: pulumi.Input<string> | undefined;
  /**
   * The key that encrypts Pocket ID's database, at least 16 characters: for a volume from another stack or a manual setup.
   * @default generated, and kept in state
   */
  encryptionKey?: pulumi.Input<string> | undefined;
  /** Additional environment variables of Pocket ID, such as those for e-mail. @default {} */
  environment?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /** Additional labels of the container, such as those that Traefik reads (`traefikLabels`). @default {} */
  labels?: Readonly<Record<string, string>> | undefined;
  /** How much of the Docker host the container may use. @default { memory: 1024, logs: 50 } */
  limits?: Limits | undefined;
  /**
   * Whether the engine refuses to delete the key that encrypts Pocket ID's database. Destroy keeps the volume, which is
   * worthless without it. @default true
   */
  protect?: boolean | undefined;
}

/** How the proxy reaches it. */
export const POCKET_ID_UPSTREAM = `http://pocket-id:${PORT}`;
const SECRETS = { encryptionKey: "/run/secrets/encryption-key", apiKey: "/run/secrets/api-key" };
const HEALTH = ["/app/pocket-id", "healthcheck"];

/**
 * Pocket ID in a container of the Docker host, behind a TLS proxy: accounts, passkeys and keys in a volume that destroy
 * keeps, an API key for this stack, and the connection for its resources, which waits until the server is ready.
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
  /** The link with which the first admin signs in; a secret. Undefined without `admin`. */
  readonly adminLink: pulumi.Output<string> | undefined;
  readonly container: docker.Container;
  readonly volume: docker.Volume;

  constructor(name: string, args: PocketIdServerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("ocis-pocket-id:index:PocketIdServer", name, {}, successorOf("PocketIdOnKubernetes", opts));
    const sdk = dockerSdk();
    const child = childOpts(this, opts);
    const { url, image = DEFAULT_POCKET_ID_IMAGE, protect = true, aliases = ["pocket-id"] } = args;
    const labels = [{ label: OWNER_LABEL, value: ownerName(name) }];

    // Created even if another key is given: giving one must not delete a key that was in use.
    const generated = new GeneratedSecret(`${name}-encryption-key`, {}, { ...child, protect });
    const encryptionKey = pulumi.secret(args.encryptionKey ?? generated.value);
    const apiKey = new GeneratedSecret(`${name}-api-key`, {}, child);
    const volume = `${dockerName(name)}-data`;
    const host = dockerHostInputs(child, undefined);
    const preflight = new ServicePreflight(
      `${name}-preflight`,
      {
        ...{ docker: host, owner: ownerName(name), containerName: dockerName(name), image },
        encryptedVolume: volume,
        ...(args.encryptionKey === undefined ? { key: generated.id } : { keyIsGiven: true }),
        ...(args.trustedProxies === undefined ? { network: args.network } : {}),
        passkeyHost: pulumi.output(url).apply((known) => new URL(known).hostname),
      },
      child,
    );
    const checked = { ...child, dependsOn: [preflight] };
    this.volume = new sdk.Volume(
      `${name}-data`,
      { name: volume, labels },
      { ...checked, protect, ...KEPT_VOLUME },
    );
    const trusted = pulumi
      .all([image, args.trustedProxies ?? preflight.subnet])
      .apply(([known, range]) => (range !== undefined && takesNetworks(known) ? range : "true"));
    this.container = new sdk.Container(
      `${name}-container`,
      {
        name: dockerName(name),
        image: new sdk.RemoteImage(`${name}-image`, { name: image, keepLocally: true }, child).imageId,
        envs: pulumi.all([args.environment ?? {}, url, trusted]).apply(([environment, appUrl, proxies]) =>
          Object.entries({
            ANALYTICS_DISABLED: "true",
            ...environment,
            APP_URL: appUrl,
            ENCRYPTION_KEY_FILE: SECRETS.encryptionKey,
            STATIC_API_KEY_FILE: SECRETS.apiKey,
            TRUST_PROXY: proxies,
          })
            .map(([variable, value]) => `${variable}=${value}`)
            .sort(),
        ),
        labels: [...labels, ...labelsOf(args.labels)],
        // In files, as `docker inspect` shows variables to everybody who may use it.
        uploads: [
          { file: SECRETS.encryptionKey, content: encryptionKey },
          { file: SECRETS.apiKey, content: apiKey.value },
        ],
        mounts: [{ type: "volume", source: this.volume.name, target: DATA }],
        networksAdvanced: [{ name: args.network, ...(aliases.length > 0 && { aliases: [...aliases] }) }],
        healthcheck: {
          tests: ["CMD", ...HEALTH],
          interval: "30s",
          timeout: "5s",
          retries: 3,
          startPeriod: "30s",
        },
        ...SERVICE,
        // What the image's entry point needs to give the volume to its user.
        capabilities: { drops: ["ALL"], adds: NEEDED_TO_START },
        securityOpts: ["no-new-privileges"],
        ...dockerLimits(args.limits, SMALL_LIMITS),
      },
      // The database has one writer: the old server stops before the new one starts.
      { ...checked, ...REALLY_REPLACED },
    );
    const started = new ContainerStarted(
      `${name}-started`,
      {
        ...{ docker: host, container: this.container.name, check: HEALTH },
        triggers: { containerId: this.container.id },
      },
      child,
    );

    const access = accessTo(
      name,
      {
        ...{ url, connection: args.connection, apiKey: apiKey.value, admin: args.admin },
        ready: { triggers: [this.container.id], container: dockerName(name) },
        dependsOn: args.proxy === undefined ? [started] : [started, args.proxy],
      },
      child,
    );
    this.version = access.version;
    this.adminLink = access.adminLink;
    this.apiKey = access.apiKey;
    this.provider = access.provider;
    this.registerOutputs({ version: this.version });
  }
}

const NEEDED_TO_START = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID"];

/** Whether TRUST_PROXY of this image takes an address range, as it does since 2.11. One without a version counts as new. */
export function takesNetworks(image: string): boolean {
  const version = versionOf(image);
  return version === undefined || compare(version, [2, 11]) >= 0;
}
