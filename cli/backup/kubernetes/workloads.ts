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
  const { namespace } = claims;
  const found = resources.find((one) => one.name === `${component}-stateful-set`);
  const manifest = found && manifestOf(found);
  // Without the StatefulSet in state, there is nothing to stop.
  const statefulSet = (found && manifest && placeOf(found, manifest).name) ?? component;
  const { nodeSelector, imagePullSecrets, volumes } =
    (found?.inputs as Inputs | undefined)?.spec?.template?.spec ?? {};
  const isElsewhere =
    volumes?.some(({ secret }) => secret?.items?.some(({ key }) => key === "database")) === true;
  if (isElsewhere) {
    left.push(
      "Pocket ID's database, which is in PostgreSQL: back it up at the same time, with pg_dump for instance",
    );
  }
  const app = handler === "pocketIdPreflight" ? "pocket-id" : productOf(inputs["product"] as ProductKey | undefined).key;
  const places = claims.claims.flatMap(({ kind, name: claim }): Place[] => {
    const place = {
      ...{ name: `${component}-${kind}`, component, source: `${namespace}/${claim}`, labels: {} },
      kind: (isElsewhere ? "pocket-id-files" : `${app}-${kind}`) as Kind,
    };
    return [place, ...[attributesOf(place) ?? []].flat()];
  });
  return {
    ...{ namespace, statefulSet, claims },
    placement: {
      ...(nodeSelector ? { nodeSelector } : {}),
      ...(imagePullSecrets ? { imagePullSecrets } : {}),
    },
    service: {
      ...{
        component,
        container: `${namespace}/${statefulSet}`,
        image: String(inputs["image"]),
        mustStop: true,
      },
      places,
    },
  };
}
