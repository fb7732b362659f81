import { dockerName } from "../targets/container";
import type { Site } from "./caddyfile";

/** A Traefik on the Docker host that somebody else runs, in the words of its own configuration. */
export interface TraefikArgs {
  /** The Docker network that it finds containers in; it must exist. */
  network: string;
  /** Its entry point for https. @default "websecure" */
  entryPoint?: string | undefined;
  /** The resolver that gets certificates. @default none: it has certificates for the host names already */
  certResolver?: string | undefined;
}

/**
 * The labels of a container by which Traefik, 2 or later, serves it: one router with TLS, and one service. Paths that are
 * closed have no router, so Traefik answers 404.
 *
 * @param component whose container it is; names in Traefik derive from project, stack and component
 * @see https://doc.traefik.io/traefik/routing/providers/docker/
 */
export function traefikLabels(
  component: string,
  { url, upstream, closed = [] }: Site,
  { network, entryPoint = "websecure", certResolver }: TraefikArgs,
): Record<string, string> {
  // A dot would end the name.
  const name = dockerName(component).replaceAll(".", "-");
  const router = `traefik.http.routers.${name}`;
  const host = `Host(\`${new URL(url).hostname}\`)`;
  const open = closed.map((path) => ` && !(Method(\`POST\`) && Path(\`${path}\`))`);
  return {
    "traefik.enable": "true",
    "traefik.docker.network": network,
    [`${router}.rule`]: host + open.join(""),
    [`${router}.entrypoints`]: entryPoint,
    [`${router}.tls`]: "true",
    ...(certResolver === undefined ? {} : { [`${router}.tls.certresolver`]: certResolver }),
    [`${router}.service`]: name,
    [`traefik.http.services.${name}.loadbalancer.server.port`]: new URL(upstream).port,
  };
}
