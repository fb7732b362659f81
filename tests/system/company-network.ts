import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Docker } from "../support/docker";
import { caller, type PocketIdUnderTest } from "../support/pocket-id";
import type { Images } from "./parts";

export const OCIS_HOST = "ocis.company.test";
export const OPENCLOUD_HOST = "opencloud.company.test";
export const POCKET_ID_HOST = "pocket-id.company.test";

/** What a company has before oCIS: a Docker network with Pocket ID and, under both public names, a TLS proxy. */
export interface CompanyNetwork {
  readonly name: string;
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
${OPENCLOUD_HOST} {
  tls internal
  reverse_proxy opencloud:9200
}
${POCKET_ID_HOST} {
  tls internal
  reverse_proxy pocket-id:1411
}
`;
const ROOT_CERTIFICATE = "/data/caddy/pki/authorities/local/root.crt";

/** Starts it all; `name` is what everything is called; `driver` is the network's. Whatever was made is for {@link Docker.removeAllOf} to remove. */
export async function startCompanyNetwork(
  docker: Docker,
  name: string,
  images: Images,
  driver: "bridge" | "overlay" = "bridge",
): Promise<CompanyNetwork> {
  const attachable = driver === "overlay" ? ["--attachable"] : [];
  await docker.run("network", "create", "--driver", driver, ...attachable, name);
  const apiKey = randomBytes(24).toString("hex");
  /** Starts a container; returns its name and its port on this machine. */
  const run = async (part: string, port: number, options: string[], ...command: string[]) => {
    const container = `${name}-${part}`;
    const common = ["--detach", "--name", container, "--network", name, "--publish", `127.0.0.1::${port}`];
    await docker.run("run", ...common, ...options, ...command);
    const [published = ""] = (await docker.run("port", container, `${port}/tcp`)).split("\n");
    return { container, port: Number(published.split(":").at(-1)) };
  };

  const variables = Object.entries(pocketIdVariables(apiKey));
  const env = variables.flatMap(([variable, value]) => ["--env", `${variable}=${value}`]);
  const alias = (...names: string[]) => names.flatMap((each) => ["--network-alias", each]);
  const pocketId = await run("pocket-id", 1411, [...env, ...alias("pocket-id")], images.pocketId);
  const caddy = await run(
    "caddy",
    443,
    [
      "--env",
      `CADDYFILE=${CADDYFILE}`,
      "--entrypoint",
      "/bin/sh",
      ...alias(OCIS_HOST, OPENCLOUD_HOST, POCKET_ID_HOST),
    ],
    images.caddy,
    "-c",
    'printf "%s" "$CADDYFILE" > /tmp/Caddyfile; exec caddy run --config /tmp/Caddyfile --adapter caddyfile',
  );

  const url = `http://127.0.0.1:${pocketId.port}`;
  const call = caller({ url, apiKey });
  await until("Pocket ID answers", async () => (await call("GET", "/healthz")).status === 204);
  // The first call makes the key's owner, and several at once would be too many.
  await call("GET", "/api/users/me");
  let authority = "";
  await until("Caddy has its authority", async () => {
    authority = await docker.run("exec", caddy.container, "cat", ROOT_CERTIFICATE);
    return authority.includes("-----END CERTIFICATE-----");
  });
  return {
    name,
    authority,
    proxyPort: caddy.port,
    pocketId: { url, apiKey, call },
    async logs() {
      return (await Promise.all([pocketId, caddy].map(({ container }) => docker.log(container)))).join("\n");
    },
  };
}

/** The environment of a company's Pocket ID behind its proxy. */
export const pocketIdVariables = (apiKey: string) => ({
  APP_URL: `https://${POCKET_ID_HOST}`,
  ENCRYPTION_KEY: randomBytes(16).toString("hex"),
  STATIC_API_KEY: apiKey,
  TRUST_PROXY: "true",
  ANALYTICS_DISABLED: "true",
  VERSION_CHECK_DISABLED: "true",
});

/** Waits for a minute at most. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    if (await isSo().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`waited a minute in vain until ${what}`);
    await sleep(300);
  }
}
