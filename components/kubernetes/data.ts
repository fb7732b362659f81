import type { Problem } from "@ocis-pocket-id/providers/core";
import type { Cluster, KubernetesObject } from "./cluster";

/** The annotation that tells whose an object is: a label couldn't hold the slashes. */
export const OWNER_ANNOTATION = "io.github.ocis-pocket-id.owner";

/** The namespace and its claims, and whose they are. */
export interface Claims {
  readonly owner: string;
  readonly namespace: string;
  readonly createNamespace: boolean;
  /** Names of the claims. */
  readonly configVolume: string;
  readonly dataVolume: string;
  readonly configSize: string;
  readonly dataSize: string;
  readonly storageClass?: string | undefined;
  readonly adoptVolumes: boolean;
  readonly allowEmptyVolumes: boolean;
}

/** What state has of the last `up`; nothing at first. */
export type Known = Readonly<Record<string, unknown>>;

/** The claims, if all is known that the checks need. */
export function claimsOf(inputs: Partial<Claims>): Claims | undefined {
  const { owner, namespace, configVolume, dataVolume } = inputs;
  const isKnown = [owner, namespace, configVolume, dataVolume].every((one) => one !== undefined);
  return isKnown ? (inputs as Claims) : undefined;
}

/** What Kubernetes calls each claim, as long as it exists. */
export type ClaimIds = { config?: string; data?: string };

const KINDS = ["config", "data"] as const;
const nameOf = (claims: Claims, kind: (typeof KINDS)[number]) =>
  kind === "config" ? claims.configVolume : claims.dataVolume;
const ownerOf = (found: KubernetesObject) => found.metadata.annotations?.[OWNER_ANNOTATION];

/** Refuses to use what belongs to others, and to start empty where this stack had files. */
export async function findProblems(cluster: Cluster, claims: Claims, known: Known): Promise<Problem[]> {
  const { owner, namespace, createNamespace, adoptVolumes } = claims;
  const space = await cluster.find("namespace", namespace);
  if (space === undefined) {
    if (!createNamespace) {
      const reason = `namespace '${namespace}' doesn't exist: run \`kubectl create namespace ${namespace}\`, or remove createNamespace`;
      return [{ property: "namespace", reason }];
    }
    return lossProblem(
      claims,
      known,
      KINDS.map((kind) => ({ kind, found: undefined })),
    );
  }
  const its = ownerOf(space);
  if (createNamespace && its !== owner) {
    const whose = its === undefined ? "already exists and isn't ours" : `belongs to ${its}`;
    const reason = `namespace '${namespace}' ${whose}: choose another, or set createNamespace to false to share it`;
    return [{ property: "namespace", reason }];
  }
  const found = await Promise.all(
    KINDS.map(async (kind) => ({ kind, found: await cluster.find("pvc", nameOf(claims, kind), namespace) })),
  );
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

type Found = { kind: (typeof KINDS)[number]; found: KubernetesObject | undefined };

/** Once claims were made, one that isn't there has been lost; and another of the same name is empty. */
function lossProblem(claims: Claims, known: Known, found: readonly Found[]): Problem[] {
  const { namespace: before, claimIds = {} } = known as { namespace?: string; claimIds?: ClaimIds };
  if (claims.allowEmptyVolumes || before === undefined) return [];
  return found.flatMap(({ kind, found: claim }) => {
    const isSame = claim !== undefined && (claimIds[kind] ?? claim.metadata.uid) === claim.metadata.uid;
    if (isSame && before === claims.namespace) return [];
    if (claim !== undefined && before !== claims.namespace) return [];
    const name = nameOf(claims, kind);
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
  for (const kind of KINDS) {
    await cluster.create({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: nameOf(claims, kind), namespace, annotations },
      spec: claimSpec(claims, kind),
    });
  }
}

/** What a claim asks for. */
export function claimSpec(
  { storageClass, configSize, dataSize }: Pick<Claims, "storageClass" | "configSize" | "dataSize">,
  kind: (typeof KINDS)[number],
) {
  return {
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: kind === "config" ? configSize : dataSize } },
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
  };
}

/** Names may come back; these never do. */
export async function idsOf(cluster: Cluster, claims: Claims): Promise<ClaimIds> {
  const ids = KINDS.map(async (kind) => {
    const found = await cluster.find("pvc", nameOf(claims, kind), claims.namespace);
    return [kind, found?.metadata.uid] as const;
  });
  return Object.fromEntries((await Promise.all(ids)).filter(([, id]) => id !== undefined));
}
