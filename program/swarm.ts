import type { Problem, SwarmTargetArgs } from "@ocis-pocket-id/components";
import type { StackConfiguration } from "./keys";

/** What a target needs in a Swarm beside what all containers have. */
export function swarmArgs(stack: StackConfiguration): SwarmTargetArgs {
  const { port, publishMode: mode, constraints, allowEmptyVolumes, allowDowngrade, readiness } = stack;
  return {
    publish: port === undefined ? undefined : { port, mode },
    ...{ constraints, allowEmptyVolumes, allowDowngrade },
    readiness: readiness === false ? false : undefined,
  };
}

/** Keys that only a Swarm has, and those that it can't have. */
export function swarmProblems(stack: StackConfiguration): Problem[] {
  const isSwarm = stack.target === "swarm";
  const reason = isSwarm ? "doesn't work with target swarm" : "works with target swarm only";
  const problems: Problem[] = (isSwarm ? NOT_IN_SWARM : ONLY_IN_SWARM)
    .filter((field) => stack[field] !== undefined)
    .map((field) => ({ field, message: `${reason}: run \`pulumi config rm ${field}\`` }));
  if (isSwarm && stack.networks === undefined && stack.port === undefined) {
    const message =
      "is missing, so nothing could reach oCIS in the Swarm: set it to those of your TLS proxy; or set port, which is open on all " +
      "addresses of a node";
    problems.push({ field: "networks", message });
  }
  if (stack.constraints?.length === 0) {
    problems.push({ field: "constraints", message: "is an empty list: run `pulumi config rm constraints`" });
  }
  return problems;
}

const ONLY_IN_SWARM = ["constraints", "publishMode"] as const satisfies readonly (keyof StackConfiguration)[];
const NOT_IN_SWARM = [
  "selinuxRelabel",
  "requireBackup",
  "traefik",
  "ocisSecrets",
] as const satisfies readonly (keyof StackConfiguration)[];
