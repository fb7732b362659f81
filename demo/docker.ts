import { Docker, dockerHost } from "@ocis-pocket-id/components/docker-host";
import type { Stack } from "@pulumi/pulumi/automation";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { type Engine, findDocker, findDockerPlugin } from "ocis-pocket-id/engine";
import type { EventLines } from "./events";
import { COUNTS } from "./messages";
import { openStack } from "./setup";

/** Below the checkout, so that the engine's plugin finds our packages. */
const DIRECTORY = path.join(__dirname, "..", "..", ".demo-docker");
const PASSPHRASE = path.join(DIRECTORY, "passphrase");
const AUTHORITY = path.join(DIRECTORY, "authority.pem");
const VOLUMES = ["proxy-data", "pocket-id-data", "ocis-config", "ocis-data"];

const IMAGES = { "ocis-image": "ocisImage", "pocket-id-image": "pocketIdImage", "proxy-image": "proxyImage" };

/**
 * Pocket ID, a TLS proxy and oCIS in containers of this machine, at https://ocis.localhost and https://pocket-id.localhost,
 * with a link for the first admin. Docker pulls the images; `--ocis-image` and the like name others.
 */
export async function demoInDocker(engine: Engine, lines: EventLines, destroying: boolean): Promise<void> {
  const docker = await findDocker();
  if (!docker.available) throw new Error(`The demo in Docker needs a Docker Engine: ${docker.reason}`);
  const plugin = await findDockerPlugin(engine, { progress: console.log });
  if (!plugin.available) throw new Error(`The demo in Docker needs Pulumi's Docker plugin: ${plugin.reason}`);
  const stack = await configuredStack(engine);
  if (destroying) {
    await lines.show(COUNTS.destroy, (onEvent) => stack.destroy({ onEvent }), { quiet: true });
    const volumes = new Docker(dockerHost({ host: docker.host }));
    for (const volume of VOLUMES) await volumes.removeVolume(`ocis-pocket-id-demo-${volume}`);
    rmSync(DIRECTORY, { recursive: true, force: true });
    console.log("\nThe demo and its volumes are removed. The images remain: `docker image ls`.");
    return;
  }
  await lines.show(COUNTS.up, (onEvent) => stack.up({ onEvent }));
  const outputs = await stack.outputs();
  writeFileSync(AUTHORITY, String(outputs["authority"]?.value));
  console.log(`
Done. Next:
  1. Let your browser trust ${AUTHORITY} (browsers refuse passkeys otherwise).
  2. Open this link within 72 hours, and add a passkey: ${String(outputs["adminLink"]?.value)}
  3. Sign in at ${String(outputs["ocisUrl"]?.value)}
  To remove the demo, with everything in it: npm run demo -- --docker --destroy`);
}

export const demoInDockerExists = (): boolean => existsSync(PASSPHRASE);

async function configuredStack(engine: Engine): Promise<Stack> {
  if (!demoInDockerExists()) {
    mkdirSync(DIRECTORY, { recursive: true });
    writeFileSync(PASSPHRASE, randomBytes(24).toString("base64url"), { mode: 0o600 });
  }
  const stack = await openStack(engine, DIRECTORY, readFileSync(PASSPHRASE, "utf8"));
  const { values } = parseArgs({
    strict: false,
    options: Object.fromEntries(Object.keys(IMAGES).map((option) => [option, { type: "string" as const }])),
  });
  const images = Object.entries(IMAGES).filter(([option]) => typeof values[option] === "string");
  await stack.setAllConfig({
    "ocis-pocket-id:domain": { value: "localhost" },
    "ocis-pocket-id:pocketId": { value: "managed" },
    "ocis-pocket-id:certificates": { value: "internal" },
    "ocis-pocket-id:pocketIdAdmin": {
      value: JSON.stringify({ username: "alice", email: "alice@example.com" }),
    },
    "ocis-pocket-id:members": { value: JSON.stringify({ admin: ["alice"] }) },
    "ocis-pocket-id:protect": { value: "false" },
    ...Object.fromEntries(
      images.map(([option, key]) => [`ocis-pocket-id:${key}`, { value: String(values[option]) }]),
    ),
  });
  return stack;
}
