import { isDeepStrictEqual } from "node:util";
import { createServer } from "node:net";
import { notice, type Problem } from "@ocis-pocket-id/providers/core";
import { OWNER_LABEL, type RunningContainer } from "../answers";
import type { Docker } from "../docker";
import { OCIS, productOf } from "../../settings/products";
import { compare, versionOf } from "../../settings/version";
import { hostAndPort } from "../text";
import type { Plan } from "./data";

/**
 * Looks for another container of our name.
 *
 * @param creating true when ours can't be there yet.
 */
export async function checkContainer(
  docker: Docker,
  plan: Pick<Plan, "owner" | "containerName">,
  creating: boolean,
) {
  const container = await docker.findContainer(plan.containerName);
  if (container === undefined) return undefined;
  const isOurs = container.Config.Labels?.[OWNER_LABEL] === plan.owner;
  if (isOurs && !creating) return undefined;
  const whose = isOurs ? "belongs to this stack, but isn't in its state" : "already exists and isn't ours";
  return {
    property: "containerName",
    reason: `container '${plan.containerName}' ${whose}: remove it with \`docker rm -f ${plan.containerName}\`, or rename the component`,
  };
}

/**
 * Finds another oCIS that runs on this data: two at a time would damage it. A preview only reports it, so that people can read
 * what an `up` would do while theirs still runs.
 */
export async function findPredecessor(
  docker: Docker,
  { owner, dataVolume, product }: Plan,
  formerOwner: unknown,
) {
  const predecessor = (await docker.runningContainers()).find(
    ({ Labels, Mounts, Image = "", Command = "" }) => {
      const its = Labels?.[OWNER_LABEL];
      const isOurs = its !== undefined && (its === owner || its === formerOwner);
      const hasData = Mounts?.some(
        ({ Name, Source, RW }) => RW !== false && [Name, Source].includes(dataVolume),
      );
      return !isOurs && hasData === true && /\b(ocis|opencloud)\b/.test(`${Image} ${Command}`);
    },
  );
  if (predecessor === undefined) return undefined;
  const name = predecessor.Names[0]?.replace(/^\//, "") ?? predecessor.Id;
  // A Swarm would start another.
  const service = predecessor.Labels?.["com.docker.swarm.service.name"];
  const remove = service === undefined ? `docker rm -f ${name}` : `docker service rm ${service}`;
  const reason =
    `container '${name}' runs on '${dataVolume}', which only one ${productOf(product).title} may use: stop it and remove it with ` +
    `\`${remove}\` before up; its files stay`;
  return { container: predecessor, problem: { property: "dataVolume", reason } };
}

/**
 * Looks for others on the ports: containers, and programs if Docker is this machine's.
 *
 * @param formerOwner whose container is about to make room.
 * @param leaving a container that must go anyway. On the network of the Docker host, Docker doesn't list its ports.
 * @param instead what to do if the other must stay.
 */
export async function checkPorts(
  docker: Docker,
  plan: Pick<Plan, "owner" | "ports">,
  formerOwner: unknown,
  {
    leaving,
    instead = "publish another port",
  }: { leaving?: RunningContainer | undefined; instead?: string } = {},
): Promise<Problem[]> {
  const containers = await docker.runningContainers();
  const problems: Problem[] = [];
  for (const wanted of plan.ports ?? []) {
    const holder = containers.find(({ Ports }) =>
      Ports?.some(({ PublicPort, Type, IP }) => {
        return PublicPort === wanted.port && Type === "tcp" && overlap(IP, wanted.ip);
      }),
    );
    const owner = holder?.Labels?.[OWNER_LABEL];
    const makesRoom = owner !== undefined && (owner === plan.owner || owner === formerOwner);
    const isOurs = makesRoom || (leaving !== undefined && holder?.Id === leaving.Id);
    const mayBeTaken = docker.host.isLocal && leaving?.HostConfig?.NetworkMode !== "host";
    const isFree = holder === undefined && !(mayBeTaken && (await isTaken(wanted.ip, wanted.port)));
    if (isOurs || isFree) continue;
    const by = holder ? `container '${holder.Names[0]?.replace(/^\//, "") ?? holder.Id}'` : "another program";
    const reason = `port ${hostAndPort(wanted.ip, wanted.port)} is taken by ${by}: stop that, or ${instead}`;
    problems.push({ property: "ports", reason });
  }
  return problems;
}

/** Looks for the image, here and in its registry. What can't be told for sure is a warning. */
export async function checkImage(
  docker: Docker,
  { image }: Pick<Plan, "image">,
): Promise<Problem | undefined> {
  if (image === undefined || (await docker.findImage(image)) !== undefined) return undefined;
  const problem = await docker.whyNotInRegistry(image);
  // Podman has no such request.
  if (problem === undefined || problem.endsWith(": Not Found")) {
    notice(`image ${image} is not on this Docker host yet and will be pulled`);
    return undefined;
  }
  if (/manifest unknown|not found: manifest/i.test(problem)) {
    return {
      property: "image",
      reason: `image ${image} is neither on this Docker host nor in its registry: correct its name`,
    };
  }
  notice(
    `warning: image ${image} is not on this Docker host, and pulling it may fail (${problem}): check its name, run ` +
      "`docker login` for its registry, or load it with `docker load`",
  );
  return undefined;
}

/** Networks that a program names must be there, or be made before. */
export async function checkNetworks(docker: Docker, networks: readonly string[]): Promise<void> {
  for (const name of networks) {
    if ((await docker.findNetwork(name)) !== undefined) continue;
    throw new Error(
      `network '${name}' does not exist: create it with \`docker network create ${name}\`, or correct its name`,
    );
  }
}

/** True when nobody can listen on both addresses of one port. */
function overlap(a = "", b: string): boolean {
  return a === b || [a, b].some((address) => ["", "0.0.0.0", "::"].includes(address));
}

/** True when something of this machine listens there already. */
function isTaken(ip: string, port: number): Promise<boolean> {
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

/** Whether an input differs from the last `up`, after which there is something new to check. */
export function isChanged(inputs: object, olds: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(inputs).some(([key, value]) => !isDeepStrictEqual(olds[key], value));
}

/** Programs that people confuse, by the end of the image's name. */
const OTHER_PRODUCTS: readonly (readonly [RegExp, string])[] = [
  [/(^|\/)owncloud\/server$/, "ownCloud 10"],
  [/(^|\/)nextcloud$/, "Nextcloud"],
  [/(^|\/)opencloud(-rolling)?$/, "OpenCloud"],
  [/(^|\/)owncloud\/ocis(-rolling)?$/, "oCIS"],
  [/(^|\/)(pocket-id\/pocket-id|pocketid\/pocket-id)$/, "Pocket ID"],
];

/** Why an image can't be run as oCIS: another product, or too old. Tags of other names than upstream's may mean anything. */
export function imageNameProblem(image: string, product = OCIS): string | undefined {
  const name = image.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
  const { title, oldestMajor, upstream, image: usual } = product;
  const other = OTHER_PRODUCTS.find(([pattern]) => pattern.test(name))?.[1] ?? title;
  if (other !== title) {
    return `${image} is an image of ${other}, not of ${title}: choose one of ${usual.replace(/:.*/, "")}`;
  }
  const [major = oldestMajor] = versionOf(image) ?? [];
  if (major >= oldestMajor || !upstream.test(name)) return undefined;
  return `${image} is older than ${title} ${oldestMajor}.0, which is needed for csp.yaml: choose a newer image`;
}

/**
 * Problems and warnings of running another image on the same data. oCIS migrates its data one major version at a time, and
 * never back. Tags are compared as far as both go: `:8` may be any 8. Without a version in both, there is a warning.
 */
export function imageChangeProblem(
  before: unknown,
  image: string,
  allowDowngrade = false,
  product = OCIS,
): string | undefined {
  if (typeof before !== "string" || before === image) return undefined;
  const from = versionOf(before);
  const to = versionOf(image);
  if (from === undefined || to === undefined) {
    notice(
      `warning: the versions of ${before} and ${image} can't be compared, because not both tags have one, so a downgrade can't be ` +
        `detected: make sure that this isn't an older ${product.title}, and back up both volumes`,
    );
    return undefined;
  }
  if (compare(to, from) < 0 && !allowDowngrade) {
    return (
      `${image} is older than ${before}, which has used these volumes, and ${product.title} can't read what a newer one wrote: ` +
      "keep the newer image; or restore both volumes from a backup made before the upgrade, and set allowDowngrade"
    );
  }
  if (to[0] - from[0] > 1) {
    notice(
      `warning: ${image} is ${to[0] - from[0]} major versions newer than ${before}, but ${product.title} migrates one major version at a time: ` +
        "back up both volumes, and upgrade step by step",
    );
  }
  return undefined;
}
