import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import * as path from "node:path";

/** What one demo leaves for the next, so that `npm run demo -- --destroy` finds the same server, key and stack. */
export interface DemoDirectory {
  readonly directory: string;
  /** Port of the emulator, which never changes, since its address is in the stack. */
  readonly port: number;
  readonly apiKey: string;
  readonly passphrase: string;
  /** Data of the emulator. */
  readonly dataFile: string;
  readonly backend: string;
}

/** Below the checkout, so that the engine's plugin finds our packages. */
const DIRECTORY = path.join(__dirname, "..", "..", ".demo");

/** Opens the demo's directory, or creates it with new secrets that only its owner can read. */
export async function openDirectory(): Promise<DemoDirectory> {
  mkdirSync(DIRECTORY, { recursive: true });
  const file = path.join(DIRECTORY, "demo.json");
  if (!existsSync(file)) {
    const secret = () => randomBytes(24).toString("base64url");
    const fresh = { port: await freePort(), apiKey: secret(), passphrase: secret() };
    writeFileSync(file, JSON.stringify(fresh), { mode: 0o600 });
  }
  // Locks of a demo that was killed. Only one demo runs at a time, since it occupies Pocket ID's port.
  rmSync(path.join(DIRECTORY, "backend", ".pulumi", "locks"), { recursive: true, force: true });
  const kept = JSON.parse(readFileSync(file, "utf8")) as Pick<
    DemoDirectory,
    "port" | "apiKey" | "passphrase"
  >;
  return {
    ...kept,
    directory: DIRECTORY,
    dataFile: path.join(DIRECTORY, "pocket-id.json"),
    backend: path.join(DIRECTORY, "backend"),
  };
}

/** Removes all that the demo created. */
export function removeDirectory(): void {
  rmSync(DIRECTORY, { recursive: true, force: true });
}

export function directoryExists(): boolean {
  return existsSync(path.join(DIRECTORY, "demo.json"));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
