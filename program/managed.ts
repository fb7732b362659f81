import { isIPv4 } from "node:net";
import {
  DEFAULT_POCKET_ID_IMAGE,
  deploymentHosts,
  hostProblems,
  OcisWithPocketId,
  type OcisWithPocketIdArgs,
  POCKET_ID_UPSTREAM,
  type PocketIdOnKubernetesArgs,
  PocketIdServer,
  type PocketIdServerArgs,
  type Problem,
  TlsProxy,
  type TlsProxyArgs,
} from "@ocis-pocket-id/components";
import type { PocketIdProviderArgs } from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { certificateProblems } from "./certificate";
import type { Key, StackConfiguration } from "./keys";
import { declareOnKubernetes, managedKubernetesProblems, pocketIdOnKubernetes } from "./managed-kubernetes";
import { DECIDED, pocketIdBehindTraefik } from "./traefik";

/** A Pocket ID that the stack runs itself: in Docker, behind a TLS proxy; or in Kubernetes. */
export type ManagedPocketId = InDocker | { readonly kubernetes: PocketIdOnKubernetesArgs };

interface InDocker {
  /** The TLS proxy; or what a Traefik needs that somebody else runs. */
  readonly proxy: TlsProxyArgs | Pick<PocketIdServerArgs, "network" | "aliases" | "labels">;
  readonly server: Pick<
    PocketIdServerArgs,
    "url" | "image" | "admin" | "encryptionKey" | "protect" | "limits"
  >;
}

/** Makes the first visitor of a new Pocket ID its admin: strangers may come before ours is there, as certificates are public. */
const SETUP = "/api/signup/setup";

/** What the configuration makes of a managed Pocket ID; undefined if somebody else runs it. */
export function managedPocketId(stack: StackConfiguration): ManagedPocketId | undefined {
  if (stack.pocketId !== "managed") return undefined;
  if (stack.target === "kubernetes") return { kubernetes: pocketIdOnKubernetes(stack) };
  const { ocisUrl, issuer } = deploymentHosts(stack);
  const { product = "ocis" } = stack;
  const { certificate, certificateKey, acmeEmail, listen, hsts } = stack;
  const { proxyImage, pocketIdImage, pocketIdEncryptionKey } = stack;
  const certificates =
    certificate === undefined || certificateKey === undefined
      ? stack.certificates
      : { certificate, privateKey: pulumi.secret(certificateKey) };
  const { pocketIdAdmin: admin, traefik } = stack;
  const closed = admin === undefined ? [] : [SETUP];
  // The others are meant for oCIS.
  const limits = { logs: stack.limits?.logs };
  const sites = [
    { url: ocisUrl, upstream: `http://${product}:9200` },
    { url: issuer, upstream: POCKET_ID_UPSTREAM, closed },
  ];
  return {
    proxy:
      traefik === undefined
        ? { sites, certificates, acmeEmail, listen, hsts, image: proxyImage, limits }
        : pocketIdBehindTraefik(issuer, closed, traefik),
    server: {
      url: issuer,
      image: pocketIdImage,
      admin,
      limits,
      encryptionKey: pocketIdEncryptionKey === undefined ? undefined : pulumi.secret(pocketIdEncryptionKey),
      protect: stack.protect,
    },
  };
}

/** Keys that a managed Pocket ID decides, and those that only it has. */
export function managedProblems(stack: StackConfiguration, secretKeys: ReadonlySet<Key>): Problem[] {
  const isManaged = stack.pocketId === "managed";
  const refused = (fields: readonly (keyof StackConfiguration)[], reason: string): Problem[] =>
    fields
      .filter((field) => stack[field] !== undefined)
      .map((field) => ({ field, message: `${reason}: run \`pulumi config rm ${field}\`` }));
  if (!isManaged) {
    return refused([...ONLY_MANAGED, ...OF_CADDY, "pocketIdDatabase"], "works with pocketId managed only");
  }
  if (stack.target === "kubernetes") {
    return [
      ...refused(OF_CADDY, "is a setting of Caddy, which doesn't run in Kubernetes"),
      ...managedKubernetesProblems(stack, secretKeys),
      ...addressProblems(stack),
    ];
  }
  const inDocker = refused(["pocketIdDatabase"], "works with target kubernetes only");
  if (stack.traefik !== undefined) {
    return [
      ...inDocker,
      ...refused(OF_CADDY, "is a setting of Caddy, which doesn't run with traefik"),
      ...addressProblems(stack),
    ];
  }
  const decided = stack.certificate === undefined ? [...DECIDED, "caCertificate" as const] : DECIDED;
  const problems = [...inDocker];
  problems.push(...refused(decided, "is set by pocketId managed, whose TLS proxy is in front of oCIS"));
  if (stack.target !== undefined && stack.target !== "docker") {
    problems.push({ field: "target", message: "must be docker or kubernetes if pocketId is managed" });
  }
  problems.push(...proxyProblems(stack), ...addressProblems(stack));
  if (hostProblems(stack).length > 0) return problems;
  const { ocisUrl, issuer } = deploymentHosts(stack);
  const hosts = [ocisUrl, issuer].map((url) => new URL(url).hostname);
  return [...problems, ...certificateProblems(stack, hosts, secretKeys.has("certificateKey"))];
}

/** What Docker or Caddy would refuse in the middle of an `up`. */
function proxyProblems({ listen, acmeEmail }: StackConfiguration): Problem[] {
  const isAddress = listen === undefined || isIPv4(listen);
  const isMail = acmeEmail === undefined || /^[^\s@{}"]+@[^\s@{}"]+$/.test(acmeEmail);
  return [
    ...(isAddress ? [] : [{ field: "listen", message: `'${listen}' isn't an IPv4 address like 127.0.0.1` }]),
    ...(isMail ? [] : [{ field: "acmeEmail", message: `'${acmeEmail}' isn't an e-mail address` }]),
  ];
}

/** Public addresses that the proxy can't serve, or has no certificates for. */
function addressProblems(stack: StackConfiguration): Problem[] {
  if (hostProblems(stack).length > 0) return [];
  const { ocisUrl, issuer } = deploymentHosts(stack);
  const { certificates, certificate, certificateKey, traefik } = stack;
  const isAcme =
    certificates !== "internal" &&
    (certificate ?? certificateKey ?? traefik) === undefined &&
    stack.target !== "kubernetes";
  const fieldOf = (...keys: ("ocisHost" | "issuer" | "pocketIdHost")[]) =>
    keys.find((key) => stack[key] !== undefined) ?? "domain";
  const sites = [
    { field: fieldOf("ocisHost"), url: new URL(ocisUrl) },
    { field: fieldOf("issuer", "pocketIdHost"), url: new URL(issuer) },
  ];
  const problems = sites.flatMap(({ field, url }) => {
    const message = siteProblem(url, isAcme);
    return message === undefined ? [] : [{ field, message }];
  });
  if (problems.length > 0 || !isAcme || sites.some(({ url }) => url.port === "")) return problems;
  const message =
    "can't be acme, because Let's Encrypt connects to port 443, which neither host uses: write one of them without a port, or " +
    "run `pulumi config set certificates internal`";
  return [{ field: "certificates", message }];
}

function siteProblem({ protocol, hostname, host, port }: URL, isAcme: boolean): string | undefined {
  if (protocol === "http:") {
    return `'http://${host}' is plain http, and the TLS proxy in front speaks https: write 'https://${host}'`;
  }
  if (isIPv4(hostname)) {
    return `'${hostname}' is an address, for which the TLS proxy has no certificate: write a host name`;
  }
  if (port === "80")
    return `'${host}' has port 80, where the TLS proxy speaks plain http: write another, or none`;
  if (!isAcme || isPublicName(hostname)) return undefined;
  return (
    `Let's Encrypt has no certificates for names like '${hostname}': write a public one, or ` +
    "run `pulumi config set certificates internal`"
  );
}

/** Whether a name can be public: it doesn't end in a reserved name. */
function isPublicName(name: string): boolean {
  return name.includes(".") && !/\.(localhost|local|internal|test|invalid|example|home\.arpa)$/.test(name);
}

const ONLY_MANAGED: readonly (keyof StackConfiguration)[] = [
  "pocketIdImage",
  "pocketIdEncryptionKey",
  "pocketIdAdmin",
];
const OF_CADDY: readonly (keyof StackConfiguration)[] = [
  ...(["certificates", "certificate", "certificateKey", "acmeEmail"] as const),
  ...(["hsts", "listen", "proxyImage"] as const),
];

/** Where Pocket ID is, behind which TLS proxy of the stack. */
function placeOf(proxy: InDocker["proxy"]) {
  if (!("sites" in proxy)) return { place: proxy };
  const front = new TlsProxy("proxy", proxy);
  return { front, place: { network: front.network, proxy: front, trustedProxies: front.subnet } };
}

/** Declares Pocket ID and oCIS: in one cluster, or with the TLS proxy in containers of one Docker host. */
export function declareManaged(
  args: OcisWithPocketIdArgs,
  connection: PocketIdProviderArgs,
  managed: ManagedPocketId,
) {
  if ("kubernetes" in managed) return declareOnKubernetes(args, connection, managed.kubernetes);
  const { proxy, server } = managed;
  const { front, place } = placeOf(proxy);
  const { authority } = front ?? {};
  const caCertificate = authority === undefined ? {} : { caCertificate: authority };
  const { provider, adminLink } = new PocketIdServer("pocket-id", {
    ...{ ...server, ...place },
    connection: { ...connection, ...caCertificate },
  });
  const { product = "ocis" } = args;
  const target = {
    ...args.target,
    ...caCertificate,
    type: "docker" as const,
    pocketIdImage: server.image ?? DEFAULT_POCKET_ID_IMAGE,
    ...(front && { publish: false as const, networks: [{ name: front.network, aliases: [product] }] }),
  };
  const ocis = new OcisWithPocketId(product, { ...args, target }, { providers: [provider] });
  return Object.assign(ocis, {
    pocketId: { ...(adminLink && { adminLink }), ...(authority && { authority }) },
  });
}
