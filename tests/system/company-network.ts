import type Docker from "dockerode";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { caller, type PocketIdUnderTest } from "../support/pocket-id";
import type { Images } from "./parts";

export const OCIS_HOST = "ocis.company.test";
export const POCKET_ID_HOST = "pocket-id.company.test";

/** What a company has before oCIS: a Docker network with Pocket ID and, under both public names, a TLS proxy. */
export interface CompanyNetwork {
  readonly name: string;
  /** The name under which the proxy expects oCIS in the network. */
  readonly ocisAlias: string;
  /** PEM of the private authority behind the proxy's certificates. */
  readonly authority: string;
  /** The proxy's port on 127.0.0.1. */
  readonly proxyPort: number;
  /** Pocket ID's API, past the proxy, as an admin's machine may have it. */
  readonly pocketId: {
    readonly url: string;
    readonly apiKey: string;
    readonly call: PocketIdUnderTest["call"];
  };
  /** What Pocket ID and the proxy wrote so far. */
  logs(): Promise<string>;
}

const CADDYFILE = `
{
  admin off
  skip_install_trust
}
${OCIS_HOST} {
  tls internal
  reverse_proxy ocis:9200
}
${POCKET_ID_HOST} {
  tls internal
  reverse_proxy pocket-id:1411
}
`;
const ROOT_CERTIFICATE = "/data/caddy/pki/authorities/local/root.crt";

/** Starts it all; `name` is what everything is called. Whatever was made is for {@link removeCompanyNetwork} to remove. */
export async function startCompanyNetwork(
  docker: Docker,
  name: string,
  images: Images,
): Promise<CompanyNetwork> {
  await docker.createNetwork({ Name: name });
  const apiKey = randomBytes(24).toString("hex");
  const run = async (
    part: string,
    aliases: string[],
    port: number,
    options: Docker.ContainerCreateOptions,
  ) => {
    const container = await docker.createContainer({
      ...options,
      name: `${name}-${part}`,
      ExposedPorts: { [`${port}/tcp`]: {} },
      HostConfig: { PortBindings: { [`${port}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "0" }] } },
      NetworkingConfig: { EndpointsConfig: { [name]: { Aliases: aliases } } },
    });
    await container.start();
    const { NetworkSettings } = await container.inspect();
    const published = NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort;
    return { container, port: Number(published) };
  };

  const pocketId = await run("pocket-id", ["pocket-id"], 1411, {
    Image: images.pocketId,
    Env: [
      `APP_URL=https://${POCKET_ID_HOST}`,
      `ENCRYPTION_KEY=${randomBytes(16).toString("hex")}`,
      `STATIC_API_KEY=${apiKey}`,
      "TRUST_PROXY=true",
      "ANALYTICS_DISABLED=true",
      "VERSION_CHECK_DISABLED=true",
    ],
  });
  const caddy = await run("caddy", [OCIS_HOST, POCKET_ID_HOST], 443, {
    Image: images.caddy,
    Env: [`CADDYFILE=${CADDYFILE}`],
    Entrypoint: ["/bin/sh", "-c"],
    Cmd: [
      'printf "%s" "$CADDYFILE" > /tmp/Caddyfile; exec caddy run --config /tmp/Caddyfile --adapter caddyfile',
    ],
  });

  const url = `http://127.0.0.1:${pocketId.port}`;
  const call = caller({ url, apiKey });
  await until("Pocket ID answers", async () => (await call("GET", "/healthz")).status === 204);
  // The first call makes the key's owner, and several at once would be too many.
  await call("GET", "/api/users/me");
  let authority = "";
  await until("Caddy has its authority", async () => {
    authority = await outputOf(caddy.container, ["cat", ROOT_CERTIFICATE]);
    return authority.includes("-----END CERTIFICATE-----");
  });
  return {
    name,
    ocisAlias: "ocis",
    authority,
    proxyPort: caddy.port,
    pocketId: { url, apiKey, call },
    async logs() {
      return (await Promise.all([pocketId.container, caddy.container].map(logOf))).join("\n");
    },
  };
}

/** Removes every container and volume whose name begins with `name`, then the network; for after a failure as well. */
export async function removeCompanyNetwork(docker: Docker, name: string): Promise<void> {
  const filters = { name: [name] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await docker.getContainer(Id).remove({ force: true, v: true });
  }
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes) {
    await docker.getVolume(Name).remove();
  }
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
}

/** Everything that a container wrote. */
export async function logOf(container: Docker.Container): Promise<string> {
  return (await container.logs({ stdout: true, stderr: true })).toString();
}

/** What a command in a container prints. */
export async function outputOf(container: Docker.Container, command: string[]): Promise<string> {
  const exec = await container.exec({ Cmd: command, AttachStdout: true, Tty: true });
  let text = "";
  for await (const chunk of await exec.start({ Tty: true })) text += String(chunk);
  return text.replaceAll("\r\n", "\n");
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    // An exec whose command ends at once may never tell: ask again.
    const answer = Promise.race([isSo(), sleep(10_000, false, { ref: false })]);
    if (await answer.catch(() => false)) return;
    if (Date.now() > end) throw new Error(`waited a minute in vain until ${what}`);
    await sleep(300);
  }
}
