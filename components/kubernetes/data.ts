import type { Problem } from "@ocis-pocket-id/providers/core";
import type { Cluster, KubernetesObject } from "./cluster";

/** The annotation that tells whose an object is: a label couldn't hold the slashes. */
export const OWNER_ANNOTATION = "io.github.ocis-pocket-id.owner";

/** The annotation of a data claim that tells when `ocis-pocket-id backup` last copied it. */
export const LAST_BACKUP_ANNOTATION = "io.github.ocis-pocket-id.last-backup";

/** A claim for a volume. */
export interface Claim {
  /** What it is for: `data`. */
  readonly kind: string;
  readonly name: string;
  readonly size: string;
}

/** The namespace and its claims, and whose they are. */
export interface Claims {
  readonly owner: string;
  readonly namespace: string;
  readonly createNamespace: boolean;
  readonly claims: readonly Claim[];
  readonly storageClass?: string | undefined;
  readonly adoptVolumes: boolean;
  readonly allowEmptyVolumes: boolean;
}

/** What a preflight's inputs say about its claims. */
export interface ClaimInputs {
  readonly owner: string;
  readonly namespace: string;
  readonly createNamespace: boolean;
  readonly configVolume?: string | undefined;
  readonly configSize?: string | undefined;
  readonly dataVolume: string;
  readonly dataSize?: string | undefined;
  readonly storageClass?: string | undefined;
  readonly adoptVolumes: boolean;
  readonly allowEmptyVolumes: boolean;
}

/** The claims of a preflight. */
export function claimsIn(inputs: ClaimInputs): Claims {
  const { configVolume, configSize = "", dataVolume, dataSize = "" } = inputs;
  const config = configVolume === undefined ? [] : [{ kind: "config", name: configVolume, size: configSize }];
  return { ...inputs, claims: [...config, { kind: "data", name: dataVolume, size: dataSize }] };
}

/** What Kubernetes calls each claim, as long as it exists. */
export type ClaimIds = Readonly<Partial<Record<string, string>>>;

/** What state has of the last `up`; nothing at first. */
export type Known = Readonly<Record<string, unknown>>;

const ownerOf = (found: KubernetesObject) => found.metadata.annotations?.[OWNER_ANNOTATION];

interface Found extends Claim {
  readonly found: KubernetesObject | undefined;
}

/** What is there of a namespace and its claims. */
export interface Look {
  readonly space: KubernetesObject | undefined;
  readonly found: readonly Found[];
}

/** The namespace and its claims, as far as they are there: all by one call, because previews wait for each. */
export async function lookAt(cluster: Cluster, { namespace, claims }: Claims): Promise<Look> {
  const names = claims.map(({ name }) => `pvc/${name}`);
  const objects = await cluster.findAll([`namespace/${namespace}`, ...names], namespace);
  const named = (kind: string, name: string) =>
    objects.find((one) => one.kind === kind && one.metadata.name === name);
  return {
    space: named("Namespace", namespace),
    found: claims.map((claim): Found => ({ ...claim, found: named("PersistentVolumeClaim", claim.name) })),
  };
}

/** Refuses to use what belongs to others, and to start empty where this stack had files. */
export function findProblems({ space, found }: Look, claims: Claims, known: Known): Problem[] {
  const { owner, namespace, createNamespace, adoptVolumes } = claims;
  if (space === undefined) {
    if (createNamespace) return lossProblem(claims, known, found);
    const reason = `namespace '${namespace}' doesn't exist: run \`kubectl create namespace ${namespace}\`, or remove createNamespace`;
    return [{ property: "namespace", reason }];
  }
  const its = ownerOf(space);
  if (createNamespace && its !== owner) {
    const whose = its === undefined ? "already exists and isn't ours" : `belongs to ${its}`;
    const reason = `namespace '${namespace}' ${whose}: choose another, or set createNamespace to false to share it`;
    return [{ property: "namespace", reason }];
  }
  const strangers = found.flatMap(({ kind, found: claim }) => {
    const theirs = claim && ownerOf(claim);
    if (claim === undefined || theirs === owner || (theirs === undefined && adoptVolumes)) return [];
    const reason =
      theirs === undefined
        ? `claim '${claim.metadata.name}' already exists and has no owner: set adoptVolumes to use the files in it`
        : `claim '${claim.metadata.name}' belongs to ${theirs}, and this is ${owner}: choose another namespace`;
    return [{ property: `${kind}Volume`, reason }];
  });
  return strangers.length > 0 ? strangers : lossProblem(claims, known, found);
}

/** Once claims were made, one that isn't there has been lost; and another of the same name is empty. */
function lossProblem(claims: Claims, known: Known, found: readonly Found[]): Problem[] {
  const { namespace: before, claimIds = {} } = known as { namespace?: string; claimIds?: ClaimIds };
  if (claims.allowEmptyVolumes || before === undefined) return [];
  return found.flatMap(({ kind, name, found: claim }) => {
    const isSame = claim !== undefined && (claimIds[kind] ?? claim.metadata.uid) === claim.metadata.uid;
    if (isSame && before === claims.namespace) return [];
    if (claim !== undefined && before !== claims.namespace) return [];
    const accept = "set allowEmptyVolumes to start with an empty one";
    const reason =
      before === claims.namespace
        ? `claim '${name}' in namespace '${before}' is ${claim === undefined ? "gone" : "another than before"}, and this stack's ` +
          `files were in it: restore them from a backup into a claim of that name, and set allowEmptyVolumes once; or ${accept}`
        : `this stack's files are in namespace '${before}', and claim '${name}' in '${claims.namespace}' would be empty: ` +
          `restore the namespace, or ${accept}`;
    return [{ property: `${kind}Volume`, reason }];
  });
}

/** Makes what isn't there: once this is done, a claim that is missing has been lost. */
export async function makeObjects(cluster: Cluster, claims: Claims): Promise<void> {
  const { owner, namespace, createNamespace } = claims;
  const annotations = { [OWNER_ANNOTATION]: owner };
  if (createNamespace) {
    await cluster.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, annotations } });
  }
  for (const { name, size } of claims.claims) {
    await cluster.create({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace, annotations },
      spec: claimSpec(size, claims.storageClass),
    });
  }
}

/** Sizes of claims: of oCIS or OpenCloud, and of Pocket ID. */
export const DEFAULT_SIZES = {
  ocis: { config: "1Gi", data: "20Gi" },
  "pocket-id": { config: undefined, data: "1Gi" },
} as const;

/** What a claim asks for. */
export function claimSpec(size: string, storageClass: string | undefined) {
  return {
    accessModes: ["ReadWriteOnce"],
    ...sizeSpec(size),
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
  };
}

/** What can be changed of a claim that somebody else made. */
export const sizeSpec = (size: string | undefined) =>
  size === undefined ? {} : { resources: { requests: { storage: size } } };

/** What Kubernetes calls the claims (names may come back; these never do), and when the data was last backed up. */
export function factsOf({ found }: Look): {
  claimIds: Record<string, string>;
  lastBackup: string | undefined;
} {
  const claimIds = Object.fromEntries(
    found.flatMap(({ kind, found: claim }) => (claim === undefined ? [] : [[kind, claim.metadata.uid]])),
  );
  const data = found.find(({ kind }) => kind === "data")?.found;
  return { claimIds, lastBackup: data?.metadata.annotations?.[LAST_BACKUP_ANNOTATION] };
}
