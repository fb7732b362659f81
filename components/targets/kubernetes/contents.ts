import { createHmac } from "node:crypto";
import { basename } from "node:path/posix";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { ocisConfiguration } from "../../settings/ocis-yaml";
import type { kubernetesSdk } from "../../kubernetes/sdk";
import { checkedPem } from "../container";
import type { Workload } from "../workload";
import type { KubernetesTargetArgs } from "./arguments";
import type { Around } from "./route";

const HASH_LENGTH = 10;

/** The secret files that the pod reads, by name. */
function secretFiles(
  { container: { paths, product } }: Workload,
  { tls }: KubernetesTargetArgs,
  seed: pulumi.Output<string>,
  adminPassword: pulumi.Output<string>,
): pulumi.Output<Record<string, string>> {
  const own = typeof tls === "object" ? tls : undefined;
  const configuration = pulumi
    .all([seed, adminPassword])
    .apply(([known, password]) => ocisConfiguration({ seed: known, adminPassword: password }));
  return pulumi.secret({
    ...(product.key === "ocis"
      ? { [basename(paths.secrets)]: configuration }
      : { [basename(paths.adminPassword)]: adminPassword }),
    ...(own && {
      [basename(paths.certificate)]: checkedPem(own.certificate, "tls.certificate"),
      [basename(paths.privateKey)]: checkedPem(own.privateKey, "tls.privateKey"),
    }),
  });
}

/** The name of an object by its content. Without a key, a hash would let others test guesses of what a short secret is. */
export function namedByContent(
  base: string,
  content: pulumi.Output<Record<string, string>>,
  key: pulumi.Output<string>,
): pulumi.Output<string> {
  return pulumi.unsecret(
    pulumi.all([key, content]).apply(([known, texts]) => {
      const hash = createHmac("sha256", known).update(JSON.stringify(texts)).digest("hex");
      return `${base}-${hash.slice(0, HASH_LENGTH)}`;
    }),
  );
}

/** Names aren't secrets: previews show them. */
export function keysOf(values: pulumi.Output<Record<string, string>>): pulumi.Output<string[]> {
  return pulumi.unsecret(values.apply((known) => Object.keys(known).sort()));
}

/** As a Secret holds them. */
export function encoded(texts: pulumi.Output<Record<string, string>>) {
  return texts.apply((known) =>
    Object.fromEntries(
      Object.entries(known).map(([name, text]) => [name, Buffer.from(text).toString("base64")]),
    ),
  );
}

/** What the contents are made of. */
export interface Sources extends Pick<Around, "metadata"> {
  workload: Workload;
  args: KubernetesTargetArgs;
  /** What their names begin with. */
  names: Record<"files" | "secrets", string>;
  /** From which oCIS's own secrets are derived. */
  seed: pulumi.Output<string>;
  adminPassword: pulumi.Output<string>;
}

/**
 * Declares the files and secret variables of the pod. Each is named by its content: a change makes another, then a pod that uses
 * it, and removes the old one last.
 */
export function contentsOf(
  sdk: ReturnType<typeof kubernetesSdk>,
  name: string,
  { workload, args, names, metadata, seed, adminPassword }: Sources,
  opts: pulumi.CustomResourceOptions,
) {
  const { csp, authority } = workload.files;
  const texts = pulumi.output({
    [csp.name]: csp.text,
    ...(authority && { [authority.name]: authority.text }),
  });
  const files = secretFiles(workload, args, seed, adminPassword);
  const environment = pulumi.secret(workload.secretEnvironment ?? {});
  const secrets = pulumi.all([files, environment]).apply(([all, variables]) => ({ ...variables, ...all }));
  const itsNames = {
    files: namedByContent(names.files, texts, seed),
    secrets: namedByContent(names.secrets, secrets, seed),
  };
  const { ConfigMap, Secret } = sdk.core.v1;
  const resources = [
    new ConfigMap(`${name}-files`, { metadata: metadata(itsNames.files), data: texts }, opts),
    new Secret(
      `${name}-secret-files`,
      { metadata: metadata(itsNames.secrets), data: encoded(secrets) },
      opts,
    ),
  ];
  return { names: itsNames, variables: keysOf(environment), secretFiles: keysOf(files), resources };
}
