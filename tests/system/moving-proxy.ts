import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Docker } from "../support/docker";
import type { Company } from "../support/import-setups";
import { type Browser, openBrowser } from "./browser";
import type { Moving, Place } from "./moving-setups";

const ROOT_CERTIFICATE = "/data/caddy/pki/authorities/local/root.crt";
const COMMAND = ["caddy", "run", "--config", "/proxy/Caddyfile", "--adapter", "caddyfile"];

/** The set-up that the proxy is for. */
interface ProxiedSetup {
  readonly setup: string;
  readonly folder: string;
  readonly place: Place;
  readonly compose: (...words: string[]) => Promise<string>;
}

/** Starts the TLS proxy, and writes its authority to where the set-up has it. @returns a browser that uses it */
export async function startProxy(
  docker: Docker,
  setup: ProxiedSetup,
  company: Company,
  moving: Moving,
): Promise<Browser> {
  const { folder, place } = setup;
  mkdirSync(join(folder, "proxy"));
  writeFileSync(join(folder, "proxy/Caddyfile"), caddyfile(setup, company, moving, undefined));
  const hosts = [company.ocisUrl, company.issuer].map((url) => new URL(url).host);
  const { container, port } =
    moving.proxy === "own"
      ? await startOwn(docker, setup, moving)
      : await startBeside(docker, setup, moving, hosts);
  let authority = "";
  await until("Caddy has its authority", async () => {
    authority = await docker.run("exec", container, "cat", ROOT_CERTIFICATE);
    return authority.includes("-----END CERTIFICATE-----");
  });
  for (const file of ["ca.pem", "intra.pem"]) writeFileSync(join(folder, file), authority);
  const atGateway = hosts.map((host) => {
    const [, own = "443"] = host.split(":");
    return [host, { ip: place.gateway, port: Number(own) }] as const;
  });
  return openBrowser(port, authority, moving.proxy === "host" ? Object.fromEntries(atGateway) : {});
}

async function startOwn(docker: Docker, { setup, place, compose }: ProxiedSetup, moving: Moving) {
  const [service = ""] = Object.keys(moving.services(place));
  await compose("up", "--detach", "--no-deps", service);
  if (setup === "collabora") {
    await docker.run("network", "connect", `${place.name}_ocis-net`, `${place.name}-pocket-id`);
  }
  return {
    container: await compose("ps", "--quiet", service),
    port: portIn(await compose("port", service, "443")),
  };
}

async function startBeside(
  docker: Docker,
  { folder, place: { name, images } }: ProxiedSetup,
  { proxy }: Moving,
  hosts: readonly string[],
) {
  const container = `${name}-proxy`;
  const aliases = hosts.flatMap((host) => ["--network-alias", host.replace(/:.*/, "")]);
  const inNetwork = ["--network", name, ...aliases, "--publish", "127.0.0.1::443"];
  const network = proxy === "host" ? ["--network", "host"] : inNetwork;
  const mount = ["--volume", `${join(folder, "proxy")}:/proxy`];
  await docker.run("run", "--detach", "--name", container, ...network, ...mount, images.caddy, ...COMMAND);
  const port = proxy === "host" ? 443 : portIn(await docker.run("port", container, "443/tcp"));
  return { container, port };
}

const portIn = (address: string) => Number(address.trim().split(":").at(-1));

/** @param newName the stack's container, once the old one is gone */
export function caddyfile(
  { place }: ProxiedSetup,
  { ocisUrl, issuer }: Company,
  { proxy, upstream, services, hasTls = false }: Moving,
  newName: string | undefined,
): string {
  const { name, ports, gateway } = place;
  const isOnHost = proxy === "host";
  const pocketIdName = "pocket-id" in services(place) ? "pocket-id" : `${name}-pocket-id`;
  const ocis = isOnHost ? `127.0.0.1:${ports.ocis}` : `${upstream?.(place, newName) ?? "ocis"}:9200`;
  const pocketId = isOnHost ? `127.0.0.1:${ports.pocketId}` : `${pocketIdName}:1411`;
  const options = isOnHost ? `\n  admin off\n  default_bind ${gateway}` : "";
  const unverified = " {\n    transport http {\n      tls_insecure_skip_verify\n    }\n  }";
  const site = (url: string, target: string) => `${url} {\n  tls internal\n  reverse_proxy ${target}\n}\n`;
  return (
    `{\n  skip_install_trust\n  auto_https disable_redirects${options}\n}\n` +
    site(ocisUrl, hasTls ? `https://${ocis}${unverified}` : ocis) +
    site(issuer, pocketId)
  );
}

export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 120_000;
  for (;;) {
    if (await isSo().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`waited two minutes in vain until ${what}`);
    await sleep(500);
  }
}
