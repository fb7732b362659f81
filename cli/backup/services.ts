import { type DockerHostSettings, OWNER_LABEL } from "@ocis-pocket-id/components/docker-host";
import { isDeepStrictEqual } from "node:util";
import { componentsOf, type SnapshotResource, type StackSnapshot } from "../stacks";
import { dockerHostOf } from "../stacks/docker";
import { manifestOf, placeOf } from "../stacks/kubernetes";
import { productIn } from "../stacks/subject";
import { servicesIn } from "../stacks/swarm";
import type { Kind } from "./contents";

/** A volume or folder of a container that a backup includes. */
export interface Place {
  /** `ocis-data`: component and last part of the volume's name. Unique in a stack. */
  readonly name: string;
  readonly kind: Kind;
  readonly component: string;
  /** A volume's name, or a folder's absolute path on the Docker host. */
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A container of the stack that uses such places. */
export interface Service {
  readonly component: string;
  readonly container: string;
  readonly image: string;
  /** Whether a copy of its files is consistent only while it doesn't run. A TLS proxy writes little, and whole files. */
  readonly mustStop: boolean;
  readonly places: readonly Place[];
}

/** What a stack has in Docker. */
export interface Deployment {
  readonly settings: DockerHostSettings;
  /** In the order in which they start. */
  readonly services: readonly Service[];
  /** `<project>/<stack>/<component>` without the component: whose all this is. */
  readonly owner: string;
}

/** By the component that a container is part of, what is mounted where. */
const MOUNTS: readonly (readonly [string, Readonly<Record<string, Kind>>])[] = [
  ["ocis-pocket-id:index:TlsProxy$", { "/data": "proxy-data" }],
  ["ocis-pocket-id:index:PocketIdServer$", { "/app/data": "pocket-id-data" }],
  ["ocis-pocket-id:index:OcisWithPocketId$", { "/etc/ocis": "ocis-config", "/var/lib/ocis": "ocis-data" }],
];

interface Mount {
  readonly source?: string;
  readonly target?: string;
  readonly volumeName?: string;
  readonly hostPath?: string;
  readonly containerPath?: string;
}

/** Finds what belongs into a backup of a stack. @throws Error in one line if the stack runs no oCIS in Docker */
export function deploymentOf(snapshot: StackSnapshot): Deployment {
  const { resources, name, options } = snapshot;
  const found = resources.filter(({ type }) => type === "docker:index/container:Container");
  const services = MOUNTS.flatMap(([component, targets]) =>
    found.filter(({ urn }) => urn.includes(component)).map((one) => serviceOf(one, targets, resources)),
  );
  const scale = scaleCommands(resources);
  if (scale !== undefined) {
    throw new Error(
      `stack '${name}' runs in Kubernetes, which backup doesn't cover: run ${scale(0)}, back up all claims together, for instance ` +
        `by snapshots, and run ${scale(1)}`,
    );
  }
  if (componentsOf(resources).some(({ outputs }) => productIn(outputs) === "opencloud")) {
    throw new Error(
      `stack '${name}' runs OpenCloud, which keeps facts about files in extended attributes, and Docker doesn't copy these: stop ` +
        "the container, and back up both volumes with a program that does, such as `rsync -aX`",
    );
  }
  const [swarm] = servicesIn(snapshot);
  if (swarm !== undefined) {
    throw new Error(
      `stack '${name}' runs oCIS in a Swarm, which backup doesn't cover: run \`docker service scale ${swarm}=0\`, back up both ` +
        `volumes together, and run \`docker service scale ${swarm}=1\``,
    );
  }
  const [first] = found;
  if (
    first === undefined ||
    !services.some(({ places }) => places.some(({ kind }) => kind === "ocis-data"))
  ) {
    throw new Error(
      `stack '${name}' runs no oCIS in Docker: run \`pulumi up ${options}\`, or choose another stack`,
    );
  }
  const settings = dockerHostOf(first);
  if (!found.every((one) => isDeepStrictEqual(dockerHostOf(one), settings))) {
    throw new Error(
      `stack '${name}' has containers on several Docker hosts: back up each host's volumes by hand`,
    );
  }
  const owner = `${snapshot.project}/${name.slice(name.lastIndexOf("/") + 1)}`;
  return { settings, services, owner };
}

/** The commands that stop, or start, all that a stack runs in Kubernetes; undefined if that is nothing. */
function scaleCommands(resources: readonly SnapshotResource[]): ((replicas: 0 | 1) => string) | undefined {
  const places = resources.flatMap((one) => {
    const manifest = manifestOf(one);
    return manifest?.kind === "StatefulSet" ? [placeOf(one, manifest)] : [];
  });
  if (places.length === 0) return undefined;
  return (replicas) =>
    places
      .map(({ namespace = "", name }) => {
        return `\`kubectl scale statefulset/${name} --replicas=${replicas} --namespace=${namespace}\``;
      })
      .join(" and ");
}

function serviceOf(
  { name, inputs, urn }: SnapshotResource,
  targets: Readonly<Record<string, Kind>>,
  resources: readonly SnapshotResource[],
): Service {
  const component = name.replace(/-container$/, "");
  const mounts = [...((inputs["mounts"] ?? []) as Mount[]), ...((inputs["volumes"] ?? []) as Mount[])];
  const places = mounts.flatMap((mount): Place[] => {
    const kind = targets[mount.target ?? mount.containerPath ?? ""];
    const source = mount.source ?? mount.volumeName ?? mount.hostPath;
    if (kind === undefined || source === undefined) return [];
    const part = kind.slice(kind.lastIndexOf("-"));
    return [{ name: component + part, kind, component, source, labels: labelsOf(source, resources) }];
  });
  const image = String(inputs["image"]);
  const named = resources.find(({ outputs }) => outputs["imageId"] === image)?.inputs["name"];
  return {
    component,
    container: String(inputs["name"]),
    image: typeof named === "string" ? named : image,
    mustStop: !urn.includes("TlsProxy$"),
    places,
  };
}

/** The owner's label of a volume in state. Others were set by hand, or by Docker. */
function labelsOf(source: string, resources: readonly SnapshotResource[]): Record<string, string> {
  const volume = resources.find(
    ({ type, inputs }) => type === "docker:index/volume:Volume" && inputs["name"] === source,
  );
  const labels = (volume?.inputs["labels"] ?? []) as readonly { label: string; value: string }[];
  return Object.fromEntries(
    labels.filter(({ label }) => label === OWNER_LABEL).map(({ label, value }) => [label, value]),
  );
}
