import { createServer } from "node:net";
import { type Docker, OWNER_LABEL } from "..";
import type { Problem } from "@ocis-pocket-id/providers/core";

/** A port on the Docker host. */
export interface Port {
  ip: string;
  port: number;
}

/** What is going to be made, and whose it is. */
export interface Plan {
  owner: string;
  containerName: string;
  /** Undefined while it is not known. */
  image: string | undefined;
  /** The two volumes, which belong together. */
  configVolume: string;
  dataVolume: string;
  adoptVolumes: boolean;
  ports: Port[];
}

type Finding = Problem | undefined;

/** Names of the volumes that the stack's state knows; empty at first. */
export type KnownVolumes = Readonly<Partial<Record<"configVolume" | "dataVolume", unknown>>>;

/**
 * Refuses to touch what belongs to others, and to leave the stack's files behind. Volumes without a label may have been made
 * by hand, and be meant.
 */
export async function checkVolumes(docker: Docker, plan: Plan, known: KnownVolumes): Promise<Problem[]> {
  const names = { configVolume: plan.configVolume, dataVolume: plan.dataVolume };
  const found = await Promise.all(
    Object.entries(names).map(async ([property, name]) => ({
      property,
      name,
      volume: await docker.findVolume(name),
    })),
  );
  const problems = found.flatMap(({ property, name, volume }) => {
    const before = known[property as keyof KnownVolumes];
    if (before === name) return [];
    if (volume === undefined) {
      if (typeof before !== "string") return [];
      const reason =
        `volume '${name}' is not there and would be empty, while this stack's files are in '${before}': name the component ` +
        "as before, or say with volumeNames which volumes are to be used";
      return [{ property, reason }];
    }
    // Docker gives null for none, which its types don't say.
    const labels = volume.Labels as Record<string, string> | null;
    const owner = labels?.[OWNER_LABEL];
    if (owner === plan.owner || (owner === undefined && plan.adoptVolumes)) return [];
    const reason =
      owner === undefined
        ? `volume '${name}' exists already, and nothing says whose it is: set adoptVolumes to use the files in it, or ` +
          "choose other volumeNames"
        : `volume '${name}' belongs to ${owner}, and this is ${plan.owner}: choose other volumeNames`;
    return [{ property, reason }];
  });
  if (problems.length > 0) return problems;

  const [there, missing] = [found.find(({ volume }) => volume), found.find(({ volume }) => !volume)];
  if (there === undefined || missing === undefined) return [];
  const reason =
    `volume '${there.name}' exists but '${missing.name}' does not, and one is no use without the other (every login would ` +
    "fail): restore the missing one from its backup, or remove both";
  return [{ property: missing.property, reason }];
}

/**
 * Looks for another container of our name.
 *
 * @param creating true when ours can't be there yet.
 */
export async function checkContainer(docker: Docker, plan: Plan, creating: boolean): Promise<Finding> {
  const container = await docker.findContainer(plan.containerName);
  if (container === undefined) return undefined;
  const isOurs = container.Config.Labels[OWNER_LABEL] === plan.owner;
  if (isOurs && !creating) return undefined;
  const whose = isOurs ? "is of this stack, but not in its state" : "exists already and is not ours";
  return {
    property: "containerName",
    reason: `container '${plan.containerName}' ${whose}: remove it with \`docker rm -f ${plan.containerName}\`, or rename the component`,
  };
}

/**
 * Looks for others on the ports: containers, and programs if Docker is this machine's.
 *
 * @param formerOwner whose container is about to make room.
 */
export async function checkPorts(docker: Docker, plan: Plan, formerOwner: unknown): Promise<Problem[]> {
  const containers = await docker.runningContainers();
  const problems: Problem[] = [];
  for (const wanted of plan.ports) {
    const holder = containers.find(({ Ports }) =>
      Ports.some(({ PublicPort, Type, IP }) => {
        return PublicPort === wanted.port && Type === "tcp" && overlap(IP, wanted.ip);
      }),
    );
    const owner = holder?.Labels[OWNER_LABEL];
    const isOurs = owner !== undefined && (owner === plan.owner || owner === formerOwner);
    const by =
      holder !== undefined
        ? `container '${holder.Names[0]?.replace(/^\//, "") ?? holder.Id}'`
        : docker.address.isLocal && (await isTaken(wanted))
          ? "another program"
          : undefined;
    if (by === undefined || isOurs) continue;
    const reason = `port ${wanted.ip}:${wanted.port} is taken by ${by}: stop that, or publish another port`;
    problems.push({ property: "ports", reason });
  }
  return problems;
}

/** Looks for the image, here and in its registry. What can't be told for sure is a warning. */
export async function checkImage(docker: Docker, { image }: Plan): Promise<Finding> {
  if (image === undefined || (await docker.hasImage(image))) return undefined;
  const problem = await docker.whyNotInRegistry(image);
  if (problem === undefined) {
    console.error(`image ${image} is not on this Docker host yet and will be pulled`);
    return undefined;
  }
  if (/manifest unknown|not found: manifest/i.test(problem)) {
    return {
      property: "image",
      reason: `there is no image ${image}, neither on this Docker host nor in its registry: correct its name`,
    };
  }
  console.error(
    `warning: image ${image} is not on this Docker host, and pulling it may fail (${problem}): check its name, run ` +
      "`docker login` for its registry, or load it with `docker load`",
  );
  return undefined;
}

/** Networks that a program names must be there, or be made before. */
export async function checkNetworks(docker: Docker, networks: readonly string[]): Promise<void> {
  for (const name of networks) {
    if (await docker.hasNetwork(name)) continue;
    throw new Error(
      `network '${name}' does not exist: make it with \`docker network create ${name}\`, or correct its name`,
    );
  }
}

const ANY_ADDRESS = ["", "0.0.0.0", "::"];

/** True when nobody can listen on both addresses of one port. */
function overlap(a: string | undefined, b: string): boolean {
  return a === undefined || a === b || ANY_ADDRESS.includes(a) || ANY_ADDRESS.includes(b);
}

/** True when something of this machine listens there already. */
function isTaken({ ip, port }: Port): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code === "EADDRINUSE");
    });
    server.listen({ host: ip, port, exclusive: true }, () => {
      server.close(() => {
        resolve(false);
      });
    });
  });
}
