import { OWNER_LABEL } from "@ocis-pocket-id/components/docker-host";
import { isDeepStrictEqual } from "node:util";
import type { SnapshotResource, StackSnapshot } from "../../stacks";
import { dockerHostOf } from "../../stacks/docker";
import { servicesIn } from "../../stacks/swarm";
import type { Kind } from "../contents";
import { attributesOf, type Place, type Service } from "../host";

/** By the component that a container is part of, what is mounted where. */
const MOUNTS: readonly (readonly [string, Readonly<Record<string, Kind>>])[] = [
  ["ocis-pocket-id:index:TlsProxy$", { "/data": "proxy-data" }],
  ["ocis-pocket-id:index:PocketIdServer$", { "/app/data": "pocket-id-data" }],
  [
    "ocis-pocket-id:index:OcisWithPocketId$",
    {
      ...({ "/etc/ocis": "ocis-config", "/var/lib/ocis": "ocis-data" } as const),
      ...({ "/etc/opencloud": "opencloud-config", "/var/lib/opencloud": "opencloud-data" } as const),
    },
  ],
];

interface Mount {
  readonly source?: string;
  readonly target?: string;
  readonly volumeName?: string;
  readonly hostPath?: string;
  readonly containerPath?: string;
}

/** The containers of a stack, and where they are. @throws Error in one line if the stack runs no oCIS in Docker */
export function containersOf({ resources, name, options }: StackSnapshot) {
  const found = resources.filter(({ type }) => type === "docker:index/container:Container");
  const services = MOUNTS.flatMap(([component, targets]) =>
    found.filter(({ urn }) => urn.includes(component)).map((one) => serviceOf(one, targets, resources)),
  );
  const [swarm] = servicesIn({ resources });
  if (swarm !== undefined) {
    throw new Error(
      `stack '${name}' runs oCIS in a Swarm, which backup doesn't cover: run \`docker service scale ${swarm}=0\`, back up both ` +
        `volumes together, and run \`docker service scale ${swarm}=1\``,
    );
  }
  const [first] = found;
  if (
    first === undefined ||
    !services.some(({ places }) => places.some(({ kind }) => /^(ocis|opencloud)-data$/.test(kind)))
  ) {
    throw new Error(
      `stack '${name}' runs neither oCIS nor OpenCloud in Docker: run \`pulumi up ${options}\`, or choose another stack`,
    );
  }
  const settings = dockerHostOf(first);
  if (!found.every((one) => isDeepStrictEqual(dockerHostOf(one), settings))) {
    throw new Error(
      `stack '${name}' has containers on several Docker hosts: back up each host's volumes by hand`,
    );
  }
  return { settings, services };
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
    const place = { name: component + part, kind, component, source, labels: labelsOf(source, resources) };
    return [place, ...[attributesOf(place) ?? []].flat()];
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
