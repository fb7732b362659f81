import { DEFAULT_OCIS_IMAGE } from "@ocis-pocket-id/components";
import { Docker, dockerHost } from "@ocis-pocket-id/components/docker-host";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type Engine, engineEnvironment, findDocker, findDockerPlugin } from "ocis-pocket-id/engine";
import { type Emulator, startEmulator } from "../emulator";
import program from "../index";

/** Below the checkout, so that the engine's plugin finds our packages. */
export const DIRECTORY = path.join(__dirname, "..", "..", ".demo");

/** The port and secrets of a demo, so that `npm run demo -- --destroy` finds the same server, key and stack. */
const FILE = path.join(DIRECTORY, "demo.json");

export const demoExists = (): boolean => existsSync(FILE);

/** Starts Pocket ID with the data of the last demo, or a new one with secrets that only the directory's owner can read. */
export async function openDemo(issuer: string, people: readonly string[]) {
  mkdirSync(DIRECTORY, { recursive: true });
  const secret = () => randomBytes(24).toString("base64url");
  const { port, apiKey, passphrase } = demoExists()
    ? (JSON.parse(readFileSync(FILE, "utf8")) as { port: number; apiKey: string; passphrase: string })
    : { port: 0, apiKey: secret(), passphrase: secret() };
  const dataFile = path.join(DIRECTORY, "pocket-id.json");
  const pocketId = await startEmulator({ port, apiKey, dataFile, issuer });
  for (const username of people) pocketId.addUser({ username });
  // The port never changes, since the address is in the stack.
  const kept = { port: Number(new URL(pocketId.url).port), apiKey, passphrase };
  writeFileSync(FILE, JSON.stringify(kept), { mode: 0o600 });
  return { pocketId, passphrase };
}

/** The stack of a demo in a directory of its own, of which only one runs at a time. */
export function openStack(engine: Engine, directory: string, passphrase: string): Promise<Stack> {
  const backendDirectory = path.join(directory, "backend");
  mkdirSync(backendDirectory, { recursive: true });
  // Locks of a demo that was killed.
  rmSync(path.join(backendDirectory, ".pulumi", "locks"), { recursive: true, force: true });
  return LocalWorkspace.createOrSelectStack(
    { projectName: "ocis-pocket-id", stackName: "demo", program },
    {
      workDir: directory,
      pulumiCommand: engine.command,
      envVars: engineEnvironment(engine, { backendDirectory, passphrase }),
    },
  );
}

/** Removes all that the demo created. */
export function removeDirectory(): void {
  rmSync(DIRECTORY, { recursive: true, force: true });
}

/** Docker if the engine, the plugin and the image are available; otherwise the compose bundle. */
export async function chooseTarget(engine: Engine, progress: (line: string) => void) {
  const bundle = (reason: string) => ({ name: "bundle", reason });
  const docker = await findDocker();
  if (!docker.available) return bundle(`no Docker Engine can be reached (${docker.reason})`);
  const image = await new Docker(dockerHost({ host: docker.host })).findImage(DEFAULT_OCIS_IMAGE);
  if (image === undefined)
    return bundle(`the image ${DEFAULT_OCIS_IMAGE} is not on this machine, and the demo pulls no images`);
  const plugin = await findDockerPlugin(engine, { progress });
  if (!plugin.available) return bundle(`Pulumi has no Docker plugin (${plugin.reason})`);
  return { name: "docker", reason: `Docker ${docker.version} has ${DEFAULT_OCIS_IMAGE}` };
}

/** Changes the user group's claim as a person might by mistake. Returns what changed. */
export async function editClaimByHand({ url, apiKey }: Emulator): Promise<string> {
  const headers = { "X-API-KEY": apiKey, "Content-Type": "application/json" };
  const answer = await fetch(`${url}/api/user-groups?search=ocisUser`, { headers });
  const { data } = (await answer.json()) as { data: { id: string; name: string }[] };
  const group = data.find(({ name }) => name === "ocisUser");
  if (group === undefined) throw new Error("the group ocisUser doesn't exist");
  const body = JSON.stringify([{ key: "roles", value: "user" }]);
  const claims = `${url}/api/custom-claims/user-group/${group.id}`;
  const { ok, status } = await fetch(claims, { method: "PUT", headers, body });
  if (!ok) throw new Error(`the claim of group ocisUser can't be changed: HTTP ${status}`);
  return "group ocisUser: claim roles is now 'user' (oCIS has no such role, so nobody in this group can log in)";
}
