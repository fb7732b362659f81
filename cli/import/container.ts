import { type Docker, openDocker, OWNER_LABEL, shellWord } from "@ocis-pocket-id/components/docker-host";
import { variablesIn } from "../stacks/docker";
import { type DockerSetup, listensAt } from "./setup";

/** Networks that every Docker has. */
const BUILT_IN = ["bridge", "host", "none"];
const PROJECT = "com.docker.compose.project";
const SERVICE = "com.docker.compose.service";

/**
 * Reads oCIS from a container, running or stopped. Nothing in Docker is changed.
 *
 * @param settings which Docker, as the stack's `docker:…` keys name it. @default as Docker's provider finds it
 * @throws Error in one line
 */
export async function readContainer(
  name: string,
  settings: { readonly host?: string | undefined; readonly context?: string | undefined } = {},
): Promise<DockerSetup> {
  const docker = openDocker()(settings);
  const container = await docker.findContainer(name);
  if (container === undefined) {
    throw new Error(
      `Docker at ${docker.host.url} has no container '${name}': check its name with \`docker ps --all\``,
    );
  }
  const { Config: config, HostConfig: host, Mounts, NetworkSettings } = container;
  const labels = config.Labels ?? {};
  if (labels[OWNER_LABEL] !== undefined) {
    throw new Error(
      `container '${name}' belongs to the stack ${labels[OWNER_LABEL]} already: name one made by hand`,
    );
  }
  const networks = Object.keys(NetworkSettings.Networks ?? {}).filter(
    (network) => !BUILT_IN.includes(network),
  );
  const own = container.Name.replace(/^\//, "");
  const service = labels[SERVICE];
  const ofImage = await docker.findImage(container.Image);
  const environment = ownVariables(ofImage?.Config?.Env ?? [], config.Env ?? []);
  const inner = listensAt(environment);
  const onHostNetwork = "host" in (NetworkSettings.Networks ?? {});
  const published = (host.PortBindings?.[`${inner.port}/tcp`] ?? []).map(({ HostIp, HostPort }) => ({
    ip: HostIp === undefined || HostIp === "" ? "0.0.0.0" : HostIp,
    port: Number(HostPort),
  }));
  return {
    runsIn: "docker",
    secretVariables: new Set(),
    source: `container '${own}' on ${docker.host.url}`,
    removal: `docker rm --force ${shellWord(own)}`,
    comeback: service === undefined ? undefined : comebackOf(labels, service),
    image: config.Image,
    user: config.User !== undefined && config.User !== ofImage?.Config?.User ? config.User : undefined,
    environment,
    mounts: Mounts.map(({ Type, Name, Source, Destination }) => ({
      source: Type === "volume" ? Name : Source,
      target: Destination,
    })),
    networks,
    addresses: Object.entries(NetworkSettings.Networks ?? {}).flatMap(([network, { IPAMConfig }]) =>
      IPAMConfig?.IPv4Address ? [{ network, address: IPAMConfig.IPv4Address }] : [],
    ),
    networkOf: /^container:(.+)$/.exec(host.NetworkMode ?? "")?.[1]?.slice(0, 12),
    sharedBy: [],
    aliases: [...new Set([own, ...(service === undefined ? [] : [service])])],
    ports: onHostNetwork ? [inner] : published,
    extraHosts: Object.fromEntries(
      (host.ExtraHosts ?? []).map((line) => {
        const at = line.search(/[:=]/);
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    ),
    labels,
    onHostNetwork,
    others: await neighbours(docker, container.Id, labels[PROJECT]),
    docker: Object.fromEntries(
      Object.entries({ host: settings.host ?? remote(docker), context: settings.context })
        .filter(([key, value]) => value !== undefined && (key !== "host" || settings.context === undefined))
        .map(([key, value]) => [`docker:${key}`, value]),
    ) as Record<string, string>,
    async readFile(path) {
      return (await docker.readFile(own, path))?.toString("utf8");
    },
  };
}

/** Compose notes the files that it was started with. */
function comebackOf(labels: Readonly<Record<string, string>>, service: string): string {
  const files = (labels["com.docker.compose.project.config_files"] ?? "")
    .split(",")
    .filter((file) => file !== "");
  return [
    "docker compose",
    ...files.map((file) => `-f ${shellWord(file)}`),
    `up --detach ${shellWord(service)}`,
  ].join(" ");
}

/** An address that this process has from its environment, and another one may not have. */
const remote = ({ host }: Docker) =>
  host.isLocal && host.url.endsWith("/docker.sock") ? undefined : host.url;

/** The variables that the image doesn't set itself. */
function ownVariables(ofImage: readonly string[], variables: readonly string[]) {
  return Object.fromEntries(variablesIn(variables.filter((variable) => !ofImage.includes(variable))));
}

/** The running containers of the same compose project. */
async function neighbours(docker: Docker, id: string, project: string | undefined) {
  if (project === undefined) return [];
  const running = await docker.runningContainers();
  return running
    .filter(({ Id, Labels }) => Id !== id && Labels?.[PROJECT] === project)
    .map(({ Names, Image, Labels }) => ({
      name: Labels?.[SERVICE] ?? Names[0]?.replace(/^\//, "") ?? "",
      image: Image ?? "",
    }));
}
