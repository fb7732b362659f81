import type { DockerHostSettings } from "@ocis-pocket-id/components/docker-host";
import type { ClusterSettings } from "@ocis-pocket-id/components/kubernetes";
import type { Project, StackSnapshot } from "../stacks";
import { dockerHostOf } from "../stacks/docker";
import { shortNameOf } from "../stacks/files";
import { fileOf, readStackFile } from "../stacks/project";
import { ownerOf } from "./deployment";
import { dockerHost } from "./docker/host";
import { containersOf } from "./docker/services";
import type { Host, Place } from "./host";
import { kubernetesHost } from "./kubernetes/host";
import { plannedWorkloads } from "./kubernetes/planned";
import { runsInKubernetes, workloadsOf } from "./kubernetes/workloads";
import type { Archive, Manifest } from "./manifest";

/** Where a restore writes. */
export interface RestoreTarget {
  readonly host: Host;
  /** By the names of the archives that have one. */
  readonly places: readonly Place[];
  /** What must not run meanwhile. */
  readonly services: readonly string[];
}

/** An archive's folder is the place's name. */
export const placeName = ({ name }: Pick<Archive, "name">) => name.replace(/\.tar(\.gz)?$/, "");

/**
 * Where a backup's files go: to where they were; or, if the stack has moved between Docker and Kubernetes since, to where it runs now.
 *
 * @throws Error in one line
 */
export async function restoreTarget(
  project: Project,
  snapshot: StackSnapshot,
  { archives, images }: Manifest,
): Promise<RestoreTarget> {
  const file = fileOf(project.directory, snapshot.name);
  const { config } = file === undefined ? { config: {} } : await readStackFile(file);
  const isNamed = (place: Place) => archives.some((archive) => placeName(archive) === place.name);
  const planned = plannedWorkloads(project.name, shortNameOf(snapshot.name), config);
  const inKubernetes = runsInKubernetes(snapshot)
    ? workloadsOf(snapshot)
    : planned && { settings: {}, workloads: planned };
  if (inKubernetes !== undefined) {
    const { settings, workloads } = inKubernetes;
    const cluster = await clusterOf(project, snapshot.name, config, settings);
    const services = workloads.map(({ service }) => service);
    return { host: kubernetesHost(cluster, workloads, snapshot.resources), ...used(services, isNamed) };
  }
  const imageOf = (component: string) => images.find((one) => one.component === component)?.name;
  const host = dockerHost(dockerOf(config, snapshot), ownerOf(snapshot), imageOf);
  // A claim's path has a slash in it, and a volume's name has none.
  if (archives.some(({ source }) => /^[^/]+\//.test(source))) {
    return { host, ...used(containersOf(snapshot).services, isNamed) };
  }
  const places = archives.map((archive) => ({ ...archive, name: placeName(archive) }));
  return { host, places, services: images.map(({ container }) => container) };
}

function used(
  services: readonly { readonly container: string; readonly places: readonly Place[] }[],
  isNamed: (place: Place) => boolean,
) {
  const restored = services.filter(({ places }) => places.some(isNamed));
  return {
    places: restored.flatMap(({ places }) => places.filter(isNamed)),
    services: restored.map(({ container }) => container),
  };
}

type Config = Readonly<Record<string, unknown>>;

/** The stack's keys go before its state: a new host can have another address. */
function dockerOf(config: Config, { resources }: StackSnapshot): DockerHostSettings {
  const inDocker = resources.find(({ type }) => type.startsWith("docker:index/"));
  const known = inDocker === undefined ? {} : dockerHostOf(inDocker);
  const { "docker:host": host, "docker:context": context } = config;
  if (typeof context === "string") return { ...known, host: undefined, context };
  return typeof host === "string" ? { ...known, context: undefined, host } : known;
}

async function clusterOf(
  project: Project,
  stack: string,
  config: Config,
  known: ClusterSettings,
): Promise<ClusterSettings> {
  const { [KUBECONFIG]: given, "kubernetes:context": context } = config;
  const open = given === undefined || typeof given === "string" ? given : undefined;
  const kubeconfig =
    given === open
      ? open
      : await project.runOn(stack, `${KUBECONFIG} can't be read`, ["config", "get", KUBECONFIG]);
  return {
    ...known,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(typeof context === "string" ? { context } : {}),
  };
}

const KUBECONFIG = "kubernetes:kubeconfig";
