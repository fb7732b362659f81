import {
  deploymentHosts,
  OcisWithPocketId,
  type OcisWithPocketIdArgs,
  PocketIdOnKubernetes,
  type PocketIdOnKubernetesArgs,
  type Problem,
} from "@ocis-pocket-id/components";
import type { PocketIdProviderArgs } from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { Key, StackConfiguration } from "./keys";

/** What the configuration makes of a Pocket ID in Kubernetes. It's in the same cluster as oCIS, and reached in the same way. */
export function pocketIdOnKubernetes(stack: StackConfiguration): PocketIdOnKubernetesArgs {
  const { kubernetes = {}, pocketIdEncryptionKey, pocketIdDatabase } = stack;
  const { namespace, storage, ...asOcis } = kubernetes;
  const secretly = (value: string | undefined) => (value === undefined ? undefined : pulumi.secret(value));
  return {
    ...asOcis,
    // A namespace has one owner, unless both are guests in it.
    namespace:
      namespace === undefined || kubernetes.createNamespace === false ? namespace : `${namespace}-pocket-id`,
    storage: storage?.className === undefined ? undefined : { className: storage.className },
    url: deploymentHosts(stack).issuer,
    image: stack.pocketIdImage,
    admin: stack.pocketIdAdmin,
    encryptionKey: secretly(pocketIdEncryptionKey),
    database: secretly(pocketIdDatabase),
    ...{ adoptVolumes: stack.adoptVolumes, allowEmptyVolumes: stack.allowEmptyVolumes },
    requireBackupHours: stack.requireBackup,
    protect: stack.protect,
  };
}

/** What doesn't go together with a Pocket ID in Kubernetes. */
export function managedKubernetesProblems(
  { kubernetes = {}, pocketIdDatabase }: StackConfiguration,
  secretKeys: ReadonlySet<Key>,
): Problem[] {
  const { gateway, createNamespace } = kubernetes;
  const problems: Problem[] = [];
  if (gateway !== undefined && gateway.namespace === undefined && createNamespace !== false) {
    const message =
      "must be set with pocketId managed, because oCIS and Pocket ID have a namespace each: run " +
      "`pulumi config set --path kubernetes.gateway.namespace NAMESPACE`";
    problems.push({ field: "kubernetes.gateway.namespace", message });
  }
  if (gateway !== undefined && gateway.sectionName === undefined && gateway.port === undefined) {
    const message =
      "must be set with pocketId managed, because Pocket ID would be served by http, too: run " +
      "`pulumi config set --path kubernetes.gateway.sectionName LISTENER`, or set the port of those with TLS";
    problems.push({ field: "kubernetes.gateway.sectionName", message });
  }
  if (pocketIdDatabase === undefined) return problems;
  if (!/^postgres(ql)?:\/\//.test(pocketIdDatabase)) {
    const message = "must be a URL of PostgreSQL like postgres://user:password@host/name";
    problems.push({ field: "pocketIdDatabase", message });
  }
  if (!secretKeys.has("pocketIdDatabase")) {
    const message = "may have a password: run `pulumi config set --secret pocketIdDatabase`";
    problems.push({ field: "pocketIdDatabase", message });
  }
  return problems;
}

/** Declares Pocket ID and oCIS in one cluster. */
export function declareOnKubernetes(
  args: OcisWithPocketIdArgs,
  connection: PocketIdProviderArgs,
  server: PocketIdOnKubernetesArgs,
) {
  const { provider, adminLink } = new PocketIdOnKubernetes("pocket-id", { ...server, connection });
  const ocis = new OcisWithPocketId(args.product ?? "ocis", args, { providers: [provider] });
  return Object.assign(ocis, { pocketId: { ...(adminLink && { adminLink }) } });
}
