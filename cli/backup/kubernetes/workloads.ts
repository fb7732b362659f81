import type { ClaimInputs, Claims, ClusterSettings } from "@ocis-pocket-id/components/kubernetes";
import { productOf, type ProductKey } from "@ocis-pocket-id/components";
import { claimsIn } from "@ocis-pocket-id/components/kubernetes";
import { isDeepStrictEqual } from "node:util";
import type { SnapshotResource, StackSnapshot } from "../../stacks";
import { manifestOf, placeOf } from "../../stacks/kubernetes";
import type { Kind } from "../contents";
import { attributesOf, type Place, type Service } from "../host";

/** One of a stack's StatefulSets, with its claims. */
export interface Workload {
  readonly service: Service;
  readonly namespace: string;
  readonly statefulSet: string;
  readonly claims: Claims;
  /** What decides which nodes can run a pod with these volumes, and how its image is pulled. */
  readonly placement: Readonly<Record<string, unknown>>;
}

/** What of a StatefulSet's inputs we look at. */
interface Inputs {
  readonly spec?: {
    readonly template?: {
      readonly spec?: {
        readonly nodeSelector?: unknown;
        readonly imagePullSecrets?: unknown;
        readonly volumes?: readonly { readonly secret?: { readonly items?: readonly { key: string }[] } }[];
      };
    };
  };
}

/** The preflights, in the order in which the pods start. */
const HANDLERS = ["pocketIdPreflight", "kubernetesPreflight"] as const;

/** Whether a stack's data is in Kubernetes. */
export const runsInKubernetes = ({ resources }: Pick<StackSnapshot, "resources">) =>
  resources.some(({ handler }) => handler === "kubernetesPreflight");

/** Finds a stack's claims by its preflights, and what uses them. @throws Error in one line if a backup can't cover them */
export function workloadsOf({ resources, name }: Pick<StackSnapshot, "resources" | "name">) {
  const left: string[] = [];
  const preflights = HANDLERS.flatMap((handler) => resources.filter((one) => one.handler === handler));
  const workloads = preflights.map((preflight) => workloadOf(preflight, resources, left));
  const settings = preflights.map(clusterOf);
  const [first = {}] = settings;
  if (!settings.every((one) => isDeepStrictEqual(one, first))) {
    throw new Error(`stack '${name}' is in several clusters: back up each one's claims by hand`);
  }
  return { settings: first, workloads, left };
}

const clusterOf = ({ inputs }: SnapshotResource) => (inputs["cluster"] ?? {}) as ClusterSettings;

function workloadOf(
  { name, handler, inputs }: SnapshotResource,
  resources: readonly SnapshotResource[],
  left: string[],
): Workload {
  const component = name.replace(/-preflight$/, "");
  const claims = claimsIn(inputs as unknown as ClaimInputs);
  const found = resources.find((one) => one.name === `${component}-stateful-set`);
  const manifest = found && manifestOf(found);
  const { nodeSelector, imagePullSecrets, volumes } =
    (found?.inputs as Inputs | undefined)?.spec?.template?.spec ?? {};
  const hasDatabase =
    volumes?.some(({ secret }) => secret?.items?.some(({ key }) => key === "database")) === true;
  if (hasDatabase) left.push(DATABASE);
  return workload({
    ...{ component, claims, hasDatabase, image: String(inputs["image"]) },
    app:
      handler === "pocketIdPreflight"
        ? "pocket-id"
        : productOf(inputs["product"] as ProductKey | undefined).key,
    // Without the StatefulSet in state, there is nothing to stop.
    statefulSet: (found && manifest && placeOf(found, manifest).name) ?? component,
    placement: {
      ...(nodeSelector ? { nodeSelector } : {}),
      ...(imagePullSecrets ? { imagePullSecrets } : {}),
    },
  });
}

const DATABASE =
  "Pocket ID's database, which is in PostgreSQL: back it up at the same time, with pg_dump for instance";

/** What makes a workload. */
export interface WorkloadFacts extends Pick<Workload, "statefulSet" | "claims" | "placement"> {
  readonly component: string;
  readonly app: ProductKey | "pocket-id";
  readonly image: string;
  /** Whether it keeps its database elsewhere. */
  readonly hasDatabase: boolean;
}

/** A StatefulSet and its claims. */
export function workload({ app, component, image, hasDatabase, ...facts }: WorkloadFacts): Workload {
  const { namespace, claims } = facts.claims;
  const places = claims.flatMap(({ kind, name: claim }): Place[] => {
    const place = {
      ...{ name: `${component}-${kind}`, component, source: `${namespace}/${claim}`, labels: {} },
      kind: (hasDatabase ? "pocket-id-files" : `${app}-${kind}`) as Kind,
    };
    return [place, ...[attributesOf(place) ?? []].flat()];
  });
  const container = `${namespace}/${facts.statefulSet}`;
  return { namespace, ...facts, service: { component, container, image, mustStop: true, places } };
}
