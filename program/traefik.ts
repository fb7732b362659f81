import {
  deploymentHosts,
  type OcisWithPocketIdArgs,
  POCKET_ID_UPSTREAM,
  type Problem,
  type TraefikArgs,
  traefikLabels,
} from "@ocis-pocket-id/components";
import type { StackConfiguration } from "./keys";

/** Keys that a proxy in containers' own network decides. */
export const DECIDED: readonly (keyof StackConfiguration)[] = ["port", "networks", "networkAliases", "tls"];

/** What doesn't go together with a Traefik in front. */
export function traefikProblems(stack: StackConfiguration): Problem[] {
  if (stack.traefik === undefined) return [];
  const problems: Problem[] = DECIDED.filter((field) => stack[field] !== undefined).map((field) => ({
    field,
    message: `is set by traefik: run \`pulumi config rm ${field}\``,
  }));
  if (stack.target === "bundle") problems.push({ field: "target", message: "must be docker with traefik" });
  return problems;
}

/**
 * The arguments of an oCIS behind a Traefik on the same Docker host. It reaches both public names where Traefik publishes its
 * port, on the host, unless `extraHosts` tells otherwise.
 */
export function behindTraefik(
  { target, ...args }: OcisWithPocketIdArgs,
  stack: StackConfiguration,
  traefik: TraefikArgs,
): OcisWithPocketIdArgs {
  const { ocisUrl, issuer } = deploymentHosts(stack);
  const hosts = [ocisUrl, issuer].map((url) => new URL(url).hostname);
  const { product = "ocis" } = args;
  return {
    ...args,
    target: {
      extraHosts: [...new Set(hosts)].map((host) => ({ host, ip: "host-gateway" })),
      ...Object.fromEntries(Object.entries(target ?? {}).filter(([, value]) => value !== undefined)),
      type: "docker",
      publish: false,
      networks: [{ name: traefik.network }],
      labels: traefikLabels(product, { url: ocisUrl, upstream: `http://${product}:9200` }, traefik),
    },
  };
}

/** The arguments of a Pocket ID that the stack runs there. Other stacks in the network may have one, too. @param closed paths to which nobody may POST */
export const pocketIdBehindTraefik = (url: string, closed: readonly string[], traefik: TraefikArgs) => ({
  network: traefik.network,
  aliases: [],
  labels: traefikLabels("pocket-id", { url, upstream: POCKET_ID_UPSTREAM, closed }, traefik),
});
