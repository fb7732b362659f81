import {
  type Container,
  type PodSpec,
  type ReadCluster,
  referenceOf,
  type Workload,
} from "./kubernetes-objects";
import { isOcisImage, isPartOfOcis } from "./setup";

/** A workload with the container that runs oCIS, and what runs beside it in the namespace. */
interface Chosen {
  readonly workload: Workload;
  readonly container: Container;
  readonly others: readonly { readonly name: string; readonly image: string }[];
}

const isWhole = ({ command = [], args = [] }: Container) => !isPartOfOcis([...command, ...args].join(" "));

/** The container with oCIS's image: beside it can be another one for a part, such as Collabora's. */
function ocisContainer({ spec }: Workload): Container | undefined {
  const found = spec.template.spec.containers.filter(({ image }) => isOcisImage(image));
  return found.find(isWhole) ?? found[0];
}

/** The only StatefulSet or Deployment that runs all of oCIS, or the named one. @throws Error in one line */
export async function chooseWorkload(
  cluster: ReadCluster,
  { namespace, workload: name }: { readonly namespace: string; readonly workload: string | undefined },
  context: string | undefined,
): Promise<Chosen> {
  const all = await cluster.list<Workload>("statefulsets.apps,deployments.apps", namespace);
  const ofOcis = all.flatMap((workload) => {
    const container = ocisContainer(workload);
    return container === undefined ? [] : [{ workload, container }];
  });
  const whole = ofOcis.filter(({ container }) => isWhole(container));
  const chosen = name === undefined ? whole : named(all, name);
  const [first, ...more] = chosen;
  if (first !== undefined && more.length === 0) {
    const others = all
      .filter((workload) => workload !== first.workload)
      .map(({ metadata, spec }) => ({
        name: metadata.name,
        image: spec.template.spec.containers.map(({ image }) => image).join(", "),
      }));
    return { ...first, others };
  }
  const where = `namespace '${namespace}'${context === undefined ? "" : ` of context '${context}'`}`;
  const names = (found: readonly { workload: Workload }[]) =>
    found.map(({ workload }) => referenceOf(workload)).join(", ");
  const one = "choose one with --workload";
  if (name !== undefined) {
    throw new Error(
      `${where} has no StatefulSet or Deployment '${name}': ${one} (${all.map(referenceOf).join(", ")})`,
    );
  }
  if (first !== undefined) {
    throw new Error(`${where} has several workloads with an image of oCIS: ${one} (${names(chosen)})`);
  }
  if (ofOcis.length > 0) {
    throw new Error(
      `${where} runs oCIS in parts, as ownCloud's Helm chart does (${names(ofOcis.slice(0, 3))}${ofOcis.length > 3 ? ", ..." : ""}), ` +
        "which one pod can't take over: import only reads a whole oCIS in one container",
    );
  }
  if (all.length === 0) await refuseMissing(cluster, namespace, where);
  const isOther = all.some(({ spec }) =>
    spec.template.spec.containers.some(({ image }) => /opencloud/.test(image)),
  );
  throw new Error(
    isOther
      ? `${where} has OpenCloud, and import only reads oCIS: see docs/taking-over.md#without-import`
      : `${where} has no StatefulSet or Deployment with an image of oCIS: choose one with --workload` +
          (all.length === 0 ? "" : ` (${all.map(referenceOf).join(", ")})`),
  );
}

/** By `statefulset/ocis` or `ocis`. Its container may have an image of any name. */
function named(all: readonly Workload[], name: string) {
  const found = all.filter((one) => [referenceOf(one), one.metadata.name].includes(name.toLowerCase()));
  return found.flatMap((workload) => {
    const container = ocisContainer(workload) ?? workload.spec.template.spec.containers[0];
    return container === undefined ? [] : [{ workload, container }];
  });
}

/** @throws Error if the namespace doesn't exist */
async function refuseMissing(cluster: ReadCluster, namespace: string, where: string): Promise<void> {
  // Who may only see what is in it gets the next error, which is true as well.
  const space = await cluster.find("namespace", namespace).catch(() => true);
  if (space === undefined) throw new Error(`${where} doesn't exist: check --namespace and --kube-context`);
}

const NOT_OURS = [
  ...["affinity", "tolerations", "topologySpreadConstraints", "priorityClassName", "runtimeClassName"],
  ...["schedulerName", "dnsConfig", "dnsPolicy", "hostNetwork", "shareProcessNamespace"],
];
/** What Kubernetes itself fills in. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  schedulerName: "default-scheduler",
  dnsPolicy: "ClusterFirst",
};

/** Parts of a pod that ours doesn't have, in a few words each. */
export function leftOf(pod: PodSpec, ofOcis: Container, variables: readonly string[]): string[] {
  const { containers, initContainers = [], serviceAccountName = "default" } = pod;
  const fields = pod as unknown as Readonly<Record<string, unknown>>;
  const set = NOT_OURS.filter((field) => fields[field] !== undefined && fields[field] !== DEFAULTS[field]);
  const sidecars = containers.filter((container) => container !== ofOcis);
  const before = initContainers.filter(({ image }) => !isOcisImage(image));
  const ports = (ofOcis.ports ?? []).filter(({ hostPort }) => hostPort !== undefined);
  return [
    ...set,
    ...(serviceAccountName === "default" ? [] : [`service account ${serviceAccountName}`]),
    ...sidecars.map(({ name, image }) => `container ${name} (${image})`),
    ...before.map(({ name, image }) => `init container ${name} (${image})`),
    ...ports.map(({ hostPort }) => `port ${hostPort ?? ""} of the node`),
    ...variables.map((name) => `variable ${name}, which is the pod's own`),
  ];
}
