import { type ComposeFiles, type ComposeMap, isExternal, isMap, listOf, nameOf } from "./compose-files";
import type { DockerSetup, listensAt } from "./setup";

type Networks = Pick<
  DockerSetup,
  "networks" | "aliases" | "addresses" | "ports" | "networkOf" | "sharedBy" | "onHostNetwork"
>;

/** How a service is reached. @param inner where oCIS listens inside the container */
export function networksOf(
  all: ComposeFiles,
  service: string,
  inner: ReturnType<typeof listensAt>,
): Networks {
  const mode = lastText(all.services.get(service) ?? [], "network_mode");
  const networkOf = /^(?:service|container):(.+)$/.exec(mode ?? "")?.[1];
  // oCIS is where the other service is: in its networks, under its name, on its ports.
  const owner = networkOf !== undefined && all.services.has(networkOf) ? networkOf : service;
  const layers = all.services.get(owner) ?? [];
  const ports = layers
    .flatMap((layer) => listOf(layer["ports"]))
    .flatMap((port) => publishedPort(port, inner.port));
  const sharedBy = [...all.services]
    .filter(([, theirs]) => lastText(theirs, "network_mode") === `service:${service}`)
    .map(([other]) => other);
  const common = {
    sharedBy,
    ports: mode === "host" ? [inner] : ports,
    networkOf,
    onHostNetwork: mode === "host",
  };
  const isAlone = all.services.size === 1 && !Object.values(all.networks).some(isExternal);
  if (isAlone || mode === "host" || (networkOf !== undefined && owner === service)) {
    return { ...common, networks: [], aliases: [], addresses: [] };
  }
  const joined = layers.flatMap(({ networks }): (readonly [string, unknown])[] =>
    Array.isArray(networks)
      ? networks.map((key: unknown) => [String(key), {}] as const)
      : Object.entries(isMap(networks) ? networks : {}),
  );
  const keys = joined.length === 0 ? ["default"] : [...new Set(joined.map(([key]) => key))];
  const more = joined.flatMap(([, settings]) => (isMap(settings) ? listOf(settings["aliases"]) : []));
  const name = lastText(layers, "container_name");
  // The other service keeps its own names.
  const own =
    owner === service ? [service, ...(name === undefined ? [] : [name]), ...more.map(String)] : [service];
  return {
    ...common,
    networks: keys.map((key) => nameOf(all, all.networks[key], key)),
    aliases: [...new Set(own)],
    addresses: joined.flatMap(([key, settings]) => {
      const address = isMap(settings) ? settings["ipv4_address"] : undefined;
      return typeof address === "string" ? [{ network: nameOf(all, all.networks[key], key), address }] : [];
    }),
  };
}

/** The value of the last file that has one. */
export function lastText(layers: readonly ComposeMap[], key: string): string | undefined {
  return layers.map((layer) => layer[key]).findLast((value) => typeof value === "string");
}

const SHORT = /^(?:(\[[^\]]+\]|\d+(?:\.\d+){3}):)?(?:([\d-]+):)?([\d-]+)(?:\/tcp)?$/;

/** Where oCIS's own port is published, alone or in a range. */
function publishedPort(port: unknown, innerPort: number): { ip: string; port: number }[] {
  const long = isMap(port) ? [port["host_ip"], port["published"], port["target"]] : undefined;
  const parts = long ?? SHORT.exec(String(port))?.slice(1) ?? [];
  const [ip = "0.0.0.0", published = "", target = ""] = parts.map((part) =>
    typeof part === "string" ? part : undefined,
  );
  if (published === "") return [];
  const [first = 0, last = first] = target.split("-").map(Number);
  if (innerPort < first || innerPort > last) return [];
  const [firstPublished = 0] = published.split("-").map(Number);
  return [{ ip, port: firstPublished + innerPort - first }];
}
