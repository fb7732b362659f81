import {
  deploymentHosts,
  OcisWithPocketId,
  type OcisWithPocketIdArgs,
  POCKET_ID_UPSTREAM,
  PocketIdServer,
  type PocketIdServerArgs,
  type Problem,
  TlsProxy,
  type TlsProxyArgs,
} from "@ocis-pocket-id/components";
import type { PocketIdProviderArgs } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import type { StackConfiguration } from "./keys";

/** A Pocket ID that the stack runs itself, and the TLS proxy in front of it and oCIS. */
export interface ManagedPocketId {
  readonly proxy: TlsProxyArgs;
  readonly server: Pick<PocketIdServerArgs, "url" | "image" | "admin" | "encryptionKey" | "protect">;
}

/** How the TLS proxy reaches oCIS. */
const OCIS = { alias: "ocis", port: 9200 };

/** What the configuration makes of a managed Pocket ID; undefined if somebody else runs it. */
export function managedPocketId(stack: StackConfiguration): ManagedPocketId | undefined {
  if (stack.pocketId !== "managed") return undefined;
  const { ocisUrl, issuer } = deploymentHosts(stack);
  const { certificates, acmeEmail, listen, proxyImage, pocketIdImage, pocketIdEncryptionKey } = stack;
  const { username = "", email = "", ...names } = stack.pocketIdAdmin ?? {};
  return {
    proxy: {
      sites: [
        { url: ocisUrl, upstream: `http://${OCIS.alias}:${OCIS.port}` },
        { url: issuer, upstream: POCKET_ID_UPSTREAM },
      ],
      ...{ certificates, acmeEmail, listen, image: proxyImage },
    },
    server: {
      url: issuer,
      image: pocketIdImage,
      admin: stack.pocketIdAdmin && { username, email, ...given(names) },
      encryptionKey: pocketIdEncryptionKey === undefined ? undefined : pulumi.secret(pocketIdEncryptionKey),
      protect: stack.protect,
    },
  };
}

/** Keys that a managed Pocket ID decides, and those that only it has. */
export function managedProblems(stack: StackConfiguration): Problem[] {
  const isManaged = stack.pocketId === "managed";
  const reason = isManaged
    ? "is decided by pocketId managed, whose TLS proxy is in front of oCIS"
    : "works with pocketId managed only";
  const problems = (isManaged ? DECIDED : ONLY_MANAGED)
    .filter((field) => stack[field] !== undefined)
    .map((field) => ({ field, message: `${reason}: run \`pulumi config rm ${field}\`` }));
  return isManaged && stack.target === "bundle"
    ? [...problems, { field: "target", message: "must be docker if pocketId is managed" }]
    : problems;
}

const DECIDED: readonly (keyof StackConfiguration)[] = ["port", "networks", "tls", "caCertificate"];
const ONLY_MANAGED: readonly (keyof StackConfiguration)[] = [
  ...(["pocketIdImage", "pocketIdEncryptionKey", "pocketIdAdmin"] as const),
  ...(["certificates", "acmeEmail", "listen", "proxyImage"] as const),
];

/** Declares the TLS proxy, Pocket ID and oCIS, in containers of one Docker host. */
export function declareManaged(
  args: OcisWithPocketIdArgs,
  connection: PocketIdProviderArgs,
  { proxy, server }: ManagedPocketId,
) {
  const { network, subnet, authority } = new TlsProxy("proxy", proxy);
  const caCertificate = authority === undefined ? {} : { caCertificate: authority };
  const { provider, adminLink } = new PocketIdServer("pocket-id", {
    ...{ ...server, network, trustedProxies: subnet },
    connection: { ...connection, ...caCertificate },
  });
  const target = {
    ...args.target,
    ...caCertificate,
    ...{ type: "docker" as const, publish: false as const },
    networks: [{ name: network, aliases: [OCIS.alias] }],
  };
  const ocis = new OcisWithPocketId("ocis", { ...args, target }, { providers: [provider] });
  return Object.assign(ocis, { adminLink, authority });
}

function given<T extends object>(values: T) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
