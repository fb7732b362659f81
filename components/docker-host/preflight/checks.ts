import { createServer } from "node:net";
import type { Docker } from "../docker";
import { OWNER_LABEL } from "../owner-label";
import type { DataPlan } from "./data-plan";
import { notice, type Problem } from "@ocis-pocket-id/providers/core";
import { hostAndPort } from "../host-and-port";

/** A port on the Docker host. */
export interface Port {
  ip: string;
  port: number;
}

/** What is going to be made, and whose it is. */
export interface Plan extends DataPlan {
  readonly containerName: string;
  /** Undefined while it is not known. */
  readonly image: string | undefined;
  readonly ports: readonly Port[];
}

type Finding = Problem | undefined;

/**
 * Looks for another container of our name.
 *
 * @param creating true when ours can't be there yet.
 */
export async function checkContainer(docker: Docker, plan: Plan, creating: boolean): Promise<Finding> {
  const container = await docker.findContainer(plan.containerName);
  if (container === undefined) return undefined;
  const isOurs = container.Config.Labels?.[OWNER_LABEL] === plan.owner;
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
      Ports?.some(({ PublicPort, Type, IP }) => {
        return PublicPort === wanted.port && Type === "tcp" && overlap(IP, wanted.ip);
      }),
    );
    const owner = holder?.Labels?.[OWNER_LABEL];
    const isOurs = owner !== undefined && (owner === plan.owner || owner === formerOwner);
    const by =
      holder !== undefined
        ? `container '${holder.Names[0]?.replace(/^\//, "") ?? holder.Id}'`
        : docker.host.isLocal && (await isTaken(wanted))
          ? "another program"
          : undefined;
    if (by === undefined || isOurs) continue;
    const reason = `port ${hostAndPort(wanted.ip, wanted.port)} is taken by ${by}: stop that, or publish another port`;
    problems.push({ property: "ports", reason });
  }
  return problems;
}

/** Looks for the image, here and in its registry. What can't be told for sure is a warning. */
export async function checkImage(docker: Docker, { image }: Plan): Promise<Finding> {
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
