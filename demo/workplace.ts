import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { createServer, type AddressInfo } from "node:net";
import * as path from "node:path";

/** What one demo leaves for the next: `npm run demo -- --destroy` finds the same server, key and stack. */
export interface Workplace {
  readonly directory: string;
  /** Port of the emulator; stays the same, since the stack remembers its address. */
  readonly port: number;
  readonly apiKey: string;
  readonly passphrase: string;
  /** Data of the emulator. */
  readonly dataFile: string;
  readonly backend: string;
}

/** Below the checkout, so that the engine's plugin finds our packages. */
const DIRECTORY = path.join(__dirname, "..", "..", ".demo");

/** Opens the demo's directory, or makes it with fresh secrets that only its owner can read. */
export async function openWorkplace(): Promise<Workplace> {
  mkdirSync(DIRECTORY, { recursive: true });
  const file = path.join(DIRECTORY, "demo.json");
  if (!existsSync(file)) {
    const secret = () => randomBytes(24).toString("base64url");
    const fresh = { port: await freePort(), apiKey: secret(), passphrase: secret() };
    writeFileSync(file, JSON.stringify(fresh), { mode: 0o600 });
  }
  // Of a demo that was killed; only one runs at a time, as Pocket ID's port is taken then.
  rmSync(path.join(DIRECTORY, "backend", ".pulumi", "locks"), { recursive: true, force: true });
  const kept = JSON.parse(readFileSync(file, "utf8")) as Pick<Workplace, "port" | "apiKey" | "passphrase">;
  return {
    ...kept,
    directory: DIRECTORY,
    dataFile: path.join(DIRECTORY, "pocket-id.json"),
    backend: path.join(DIRECTORY, "backend"),
  };
}

/** Removes everything that the demo made. */
export function removeWorkplace(): void {
  rmSync(DIRECTORY, { recursive: true, force: true });
}

export function workplaceExists(): boolean {
  return existsSync(path.join(DIRECTORY, "demo.json"));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });
}
