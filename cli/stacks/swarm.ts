import type { StackSnapshot } from "./snapshot";

/** The names of a stack's services in a Docker Swarm. */
export function servicesIn({ resources }: Pick<StackSnapshot, "resources">): string[] {
  return resources
    .filter(({ type }) => type === "docker:index/service:Service")
    .map(({ inputs }) => String(inputs["name"]));
}

/** What drift and doctor don't check of a stack, and what does; undefined if there is nothing. */
export function uncheckedInSwarm(snapshot: Pick<StackSnapshot, "resources" | "name">, instead: string) {
  const [service] = servicesIn(snapshot);
  if (service === undefined) return undefined;
  return `note: stack '${snapshot.name}' runs oCIS in a Swarm, and this doesn't check service '${service}': run ${instead}`;
}
