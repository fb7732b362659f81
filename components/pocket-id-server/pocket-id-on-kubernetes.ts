import { type PocketIdProvider, ProgramError } from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { childOpts, defined } from "../inputs";
import { claimSpec, DEFAULT_SIZES } from "../kubernetes/data";
import { kubernetesSdk } from "../kubernetes/sdk";
import { PocketIdPreflight, PocketIdStarted } from "../kubernetes-resources";
import { sha256 } from "../local-files/disk";
import { GeneratedSecret } from "../resources";
import { ownerName } from "../targets/container";
import type { KubernetesTargetArgs, StorageArgs } from "../targets/kubernetes/arguments";
import { clusterInputs } from "../targets/kubernetes/cluster";
import { encoded, keysOf, namedByContent } from "../targets/kubernetes/contents";
import { objectNames } from "../targets/kubernetes/names";
import { placeOf } from "../targets/kubernetes/place";
import { guards, ONLY_TLS, route } from "../targets/kubernetes/route";
import { accessTo, successorOf } from "./access";
import { pocketIdPod, PORT } from "./pod";
import { DEFAULT_POCKET_ID_IMAGE, type PocketIdServerArgs, takesNetworks } from "./pocket-id-server";

/** What it has as oCIS has it. */
type AsOcis = Pick<
  KubernetesTargetArgs,
  | ("kubeconfig" | "context" | "namespace" | "createNamespace" | "ingress" | "gateway" | "limits")
  | (
      | "imagePullSecrets"
      | "nodeSelector"
      | "evictable"
      | "adoptVolumes"
      | "allowEmptyVolumes"
      | "requireBackupHours"
    )
>;

/** Arguments of {@link PocketIdOnKubernetes}. */
export interface PocketIdOnKubernetesArgs
  extends
    AsOcis,
    Pick<
      PocketIdServerArgs,
      "url" | "image" | "encryptionKey" | "environment" | "admin" | "connection" | "protect"
    > {
  /** The volume for the database, unless that is elsewhere, and for pictures. @default { data: "1Gi" } */
  storage?: Pick<StorageArgs, "className" | "data"> | undefined;
  /** A PostgreSQL for the database: `postgres://user:password@host/name`. @default SQLite in the volume */
  database?: pulumi.Input<string> | undefined;
  /**
   * Address ranges of the Ingress controller's or Gateway's pods: Pocket ID 2.11 and later trusts what proxies in them report about
   * visitors' addresses. @default every proxy
   */
  trustedProxies?: pulumi.Input<string> | undefined;
}

/**
 * Pocket ID as a StatefulSet with one pod, in a namespace of its own: accounts, passkeys and keys in a volume that destroy keeps, an
 * API key for this stack, and the connection for its resources, which waits until the server is ready.
 *
 * The connection uses the public URL, by the Ingress. If that can't be reached from here, give another one as `connection.url`:
 * `http://127.0.0.1:1411` with `kubectl port-forward`, for instance.
 *
 * @example
 * const server = new PocketIdOnKubernetes("pocket-id", {
 *   url: "https://pocket-id.company.com",
 *   ingress: { className: "nginx", clusterIssuer: "letsencrypt" },
 * });
 * new UserGroup("admins", { name: "admins" }, { provider: server.provider });
 */
export class PocketIdOnKubernetes extends pulumi.ComponentResource {
  /** The connection for resources in this Pocket ID. */
  readonly provider: PocketIdProvider;
  /** The API key of this stack; a secret. */
  readonly apiKey: pulumi.Output<string>;
  /** Pocket ID's version: `2.14.0`. */
  readonly version: pulumi.Output<string>;
  /** The link with which the first admin signs in; a secret. Undefined without `admin`. */
  readonly adminLink: pulumi.Output<string> | undefined;
  readonly statefulSet: pulumi.CustomResource;
  readonly claim: pulumi.CustomResource;

  constructor(name: string, args: PocketIdOnKubernetesArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("ocis-pocket-id:index:PocketIdOnKubernetes", name, {}, successorOf("PocketIdServer", opts));
    const sdk = kubernetesSdk();
    const inParent = childOpts(this, opts);
    const { url, image = DEFAULT_POCKET_ID_IMAGE, protect = true, trustedProxies, admin } = args;
    const cluster = clusterInputs(args, inParent);
    const where = Object.keys(cluster).length === 0 ? {} : { cluster };
    const names = objectNames(name, "pocket-id", args);
    const { namespace, base } = names;
    const { className, data: size } = {
      ...{ className: undefined, ...DEFAULT_SIZES["pocket-id"] },
      ...defined(args.storage ?? {}),
    };

    // Created even if another key is given: giving one must not delete a key that was in use.
    const generated = new GeneratedSecret(`${name}-encryption-key`, {}, { ...inParent, protect });
    const apiKey = new GeneratedSecret(`${name}-api-key`, {}, inParent);
    const preflight = new PocketIdPreflight(
      `${name}-preflight`,
      {
        ...{ ...where, owner: ownerName(name), namespace, image, dataVolume: names.data, dataSize: size },
        ...(args.encryptionKey === undefined ? { key: generated.id } : { keyIsGiven: true }),
        passkeyHost: pulumi.output(url).apply((known) => new URL(known).hostname),
        ...defined({
          storageClass: className,
          createNamespace: args.createNamespace,
          adoptVolumes: args.adoptVolumes,
          allowEmptyVolumes: args.allowEmptyVolumes,
          requireBackupHours: args.requireBackupHours,
        }),
      },
      inParent,
    );
    // Claims stay in any case: what is in them needs the key.
    const place = placeOf(
      sdk,
      name,
      { app: "pocket-id", base, namespace, cluster, args: { ...args, protect: undefined }, preflight },
      inParent,
    );
    const { metadata, labels, selector, inside } = place;
    this.claim = place.claim("data", names.data, claimSpec(size, className));

    const environment = pulumi.output(args.environment ?? {});
    const files = pulumi.secret<Record<string, pulumi.Input<string>>>({
      "encryption-key": args.encryptionKey ?? generated.value,
      "api-key": apiKey.value,
      ...(args.database === undefined ? {} : { database: args.database }),
    }) as pulumi.Output<Record<string, string>>;
    const content = pulumi
      .all([environment, files])
      .apply(([variables, known]): Record<string, string> => ({ ...variables, ...known }));
    const secretName = namedByContent(names.secrets, content, generated.value);
    const secret = new sdk.core.v1.Secret(
      `${name}-secret-files`,
      { metadata: metadata(secretName), data: encoded(content) },
      inside,
    );
    const template = {
      metadata: { labels },
      spec: pocketIdPod(args, {
        ...{ image, url, claim: names.data, secret: secretName },
        variables: keysOf(environment),
        files: keysOf(files),
        trusted: pulumi
          .all([image, trustedProxies])
          .apply(([known, range]) => (range !== undefined && takesNetworks(known) ? range : "true")),
      }),
    };
    this.statefulSet = place.statefulSet(template, { dependsOn: [this.claim, secret] });
    const service = place.service(PORT);
    guards(sdk, name, { metadata, base, port: PORT, selector, evictable: args.evictable ?? true }, inside);
    const hash = pulumi.output(template).apply((known) => sha256(JSON.stringify(known)));
    const started = new PocketIdStarted(
      `${name}-started`,
      {
        ...{ ...where, namespace, name: base },
        // A new claim is a new Pocket ID.
        triggers: { template: hash, claim: preflight.claimIds.apply((ids) => ids?.["data"] ?? "none") },
        ...(admin && { admin: personOf(admin) }),
      },
      { ...inParent, dependsOn: [this.statefulSet] },
    );
    // Nobody gets in before, as the first visitor of a new Pocket ID could become its admin.
    const routed = route(
      sdk,
      name,
      { metadata, base, port: PORT, tlsSecret: names.tls, url, more: ONLY_TLS, args: onlyTls(args) },
      { ...inside, dependsOn: [...inside.dependsOn, started] },
    );
    const access = accessTo(
      name,
      {
        ...{ url, connection: args.connection, apiKey: apiKey.value, admin },
        ready: { triggers: [hash] },
        dependsOn: [started, service, ...(routed ? [routed] : [])],
      },
      inParent,
    );
    this.version = access.version;
    this.adminLink = access.adminLink;
    this.apiKey = access.apiKey;
    this.provider = access.provider;
    this.registerOutputs({ version: this.version });
  }
}

/** @throws ProgramError for a gateway that doesn't name its listener: a route serves http at those without TLS, too. */
function onlyTls(args: Pick<AsOcis, "ingress" | "gateway">) {
  if (args.gateway && args.gateway.sectionName === undefined && args.gateway.port === undefined) {
    throw new ProgramError(
      "gateway must name its listener with TLS for Pocket ID: set its sectionName or port",
    );
  }
  return args;
}

function personOf({ username, email, firstName, lastName }: NonNullable<PocketIdServerArgs["admin"]>) {
  return { username, email, ...defined({ firstName, lastName }) };
}
