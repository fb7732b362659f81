import { OWNER_ANNOTATION } from "@ocis-pocket-id/components";
import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { type ClusterSettings, openCluster, type Pod } from "@ocis-pocket-id/components/kubernetes";
import { resolve } from "node:path";
import { PATHS } from "./data";
import { claimsOf, keeperOf } from "./kubernetes-claims";
import { Contents } from "./kubernetes-contents";
import { mountsOf } from "./kubernetes-mounts";
import {
  type Container,
  type ReadCluster,
  referenceOf,
  selectorText,
  type Workload,
} from "./kubernetes-objects";
import { hostsOf, waysTo } from "./kubernetes-routes";
import { variablesOf } from "./kubernetes-variables";
import { chooseWorkload, leftOf } from "./kubernetes-workload";
import { type KubernetesSetup, type Mount, type MountedFile } from "./setup";

/** Which oCIS, and where. */
export interface KubernetesSource extends ClusterSettings {
  readonly namespace: string;
  /** `statefulset/ocis`; undefined for the only one that runs oCIS's image. */
  readonly workload: string | undefined;
}

/**
 * Reads oCIS from a StatefulSet or Deployment. Nothing in the cluster is changed.
 *
 * @throws Error in one line
 */
export async function readKubernetes(
  source: KubernetesSource,
  open: (settings: ClusterSettings) => ReadCluster = openCluster(),
): Promise<KubernetesSetup> {
  const { namespace } = source;
  const given: ClusterSettings = {
    ...(source.kubeconfig !== undefined && { kubeconfig: resolve(source.kubeconfig) }),
    ...(source.context !== undefined && { context: source.context }),
  };
  const cluster = open(given);
  // Later, another one may be current.
  const context = given.context ?? (await cluster.currentContext());
  const { workload, container, others } = await chooseWorkload(cluster, source, context);
  const owner = workload.metadata.annotations?.[OWNER_ANNOTATION];
  const reference = referenceOf(workload);
  if (owner !== undefined) {
    throw new Error(
      `${reference} in namespace '${namespace}' belongs to the stack ${owner} already: name one made by hand`,
    );
  }
  const { spec } = workload;
  const pod = spec.template.spec;
  const contents = new Contents(cluster, namespace);
  const { environment, secretVariables, ofPod } = await variablesOf(container, contents);
  const mounts = await mountsOf(workload, container, contents);
  const inPod = await filesOfPod(cluster, namespace, workload, container);
  const { runAsUser = pod.securityContext?.runAsUser, runAsGroup = pod.securityContext?.runAsGroup } =
    container.securityContext ?? {};
  const { memory, cpu } = container.resources?.limits ?? {};
  return {
    runsIn: "kubernetes",
    source: `${reference} in namespace '${namespace}'${context === undefined ? "" : ` of context '${context}'`}`,
    image: container.image,
    user:
      runAsUser === undefined
        ? undefined
        : [runAsUser, runAsGroup].filter((id) => id !== undefined).join(":"),
    ...{ environment, secretVariables, mounts, others, namespace },
    extraHosts: hostsOf(pod),
    cluster: Object.fromEntries(
      Object.entries({ ...given, ...(context !== undefined && { context }) }).map(([key, value]) => [
        `kubernetes:${key}`,
        value,
      ]),
    ) as Record<string, string>,
    kubectl: [
      "kubectl",
      ...Object.entries(given).map(([key, value]) => `--${key}=${shellWord(String(value))}`),
    ].join(" "),
    workload: reference,
    replicas: spec.replicas ?? 1,
    selector: selectorOf(workload),
    keeper: keeperOf(workload),
    claims: await claimsOf(cluster, namespace, workload, mounts),
    limits: { ...(memory !== undefined && { memory }), ...(cpu !== undefined && { cpu: String(cpu) }) },
    nodeSelector: pod.nodeSelector ?? {},
    imagePullSecrets: (pod.imagePullSecrets ?? []).map(({ name }) => name),
    ...(await waysTo(cluster, namespace, spec.template.metadata?.labels ?? {})),
    left: leftOf(pod, container, ofPod),
    unreadable: inPod.unreadable,
    readFile: (path) => readFile(mounts, path, inPod.read),
  };
}

/** What is mounted over a claim goes before what is in it. */
async function readFile(
  mounts: readonly Mount[],
  path: string,
  inPod: (path: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const known = filesIn(mounts).find((file) => file.path === path);
  return known === undefined ? inPod(path) : known.text;
}

const filesIn = (mounts: readonly Mount[]): MountedFile[] => mounts.flatMap(({ files = [] }) => files);

const selectorOf = ({ spec }: Workload) => selectorText(spec.selector.matchLabels ?? {});

/** Files in claims can only be read inside a pod that runs. */
async function filesOfPod(cluster: ReadCluster, namespace: string, workload: Workload, container: Container) {
  const pods = await cluster.list<Pod>("pods", namespace, `--selector=${selectorOf(workload)}`);
  const running = pods.find(
    ({ metadata, status }) => status.phase === "Running" && metadata.deletionTimestamp === undefined,
  );
  const nothing = () => Promise.resolve(undefined);
  if (running === undefined) return { read: nothing, unreadable: "it doesn't run" };
  const run = (...command: string[]) =>
    cluster.run(namespace, running.metadata.name, command, container.name);
  const { exitCode, output } = await run("test", "-d", PATHS.config);
  if (exitCode !== 0 && output.trim() !== "") {
    return { read: nothing, unreadable: output.trim().split("\n").at(-1) };
  }
  return {
    unreadable: undefined,
    read: async (path: string) => {
      const printed = await run("cat", path);
      return printed.exitCode === 0 ? printed.output : undefined;
    },
  };
}
