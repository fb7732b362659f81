import { filesLeft, importVolumes } from "./data";
import type { DockerSetup, Part } from "./setup";

/** Everything of a container that isn't a variable, and that others than containers don't have. */
export function importDocker(setup: DockerSetup, newName: string): Part {
  const volumes = importVolumes(setup);
  const changes: string[] = [];
  const byHand: string[] = [];
  const { ports, networks, aliases, labels, onHostNetwork } = setup;
  const [published] = ports;
  if (published !== undefined && published.ip !== "127.0.0.1") {
    changes.push(
      `port ${published.port} listens on 127.0.0.1 only, instead of ${published.ip}: a TLS proxy must be on the Docker host`,
    );
  }
  if (published === undefined) changes.push("port 9200 is published, on 127.0.0.1 only");
  if (onHostNetwork) changes.push("it leaves the Docker host's network, for one of its own");
  else if (networks.length === 0) {
    changes.push(
      `it gets a network of its own, ${newName}: a container that passes requests on to it must join that`,
    );
  }
  byHand.push(...networksLeft(setup, newName));
  if (Object.keys(labels).some((label) => label.startsWith("traefik."))) {
    byHand.push(
      "Traefik finds oCIS by labels, which the new container hasn't: set traefik instead of networks, or add a router for " +
        `http://${newName}:9200 to Traefik's file provider (docs/reverse-proxy.md)`,
    );
  }
  return {
    config: {
      ...volumes.config,
      ...(published !== undefined && published.port !== 9200 && { port: String(published.port) }),
      ...(networks.length > 0 && { networks, networkAliases: aliases }),
      ...setup.docker,
    },
    changes,
    byHand: [...(volumes.byHand ?? []), ...byHand, ...filesLeft(setup, newName)],
    blockers: volumes.blockers ?? [],
  };
}

/** Ways to oCIS that the new container hasn't. */
function networksLeft({ networkOf, sharedBy, addresses }: DockerSetup, newName: string): string[] {
  const url = `http://${newName}:9200`;
  return [
    ...(networkOf === undefined
      ? []
      : [
          `oCIS uses the network of ${networkOf}, and the new container one of its own: let ${networkOf} pass on to ${url}`,
        ]),
    ...sharedBy.map(
      (other) => `${other} uses oCIS's network, which goes: give it its own, and let it pass on to ${url}`,
    ),
    ...addresses.map(
      ({ network, address }) =>
        `the address ${address} in the network ${network} goes: replace it by ${newName} where it's used`,
    ),
  ];
}
