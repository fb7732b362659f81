import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { type Engine, engineEnvironment } from "ocis-pocket-id/engine";
import { type Network, openRoad, type Road } from "./slow-road";

/** The companies of a measurement, with a project, backend and Pocket IDs of their own. */
export interface Fleet {
  readonly companies: readonly string[];
  readonly network: Network;
  /** Runs `ocis-pocket-id` in the project. */
  program(...args: readonly string[]): Promise<Run>;
  /** Runs the engine's own command line there. */
  pulumi(...args: readonly string[]): Promise<Run>;
  stackFile(company: string): string;
  /** Makes a company's port one that no program takes, or a good one again. */
  spoil(company: string, broken: boolean): void;
  close(): Promise<void>;
}

/** What one process took. */
export interface Run {
  readonly seconds: number;
  readonly requests: number;
  /** At most, of the program itself; undefined for the engine's. */
  readonly megabytes: number | undefined;
  readonly code: number | null;
  readonly stdout: string;
}

const BUILD = path.join(__dirname, "..", "..");
const MAIN = path.join(BUILD, "..", "cli", "bin", "cli", "main.js");
const KEY = "key-of-the-bench-0123456789";
const PEOPLE = { admin: ["alice"], spaceAdmin: ["sam"], user: ["uma"], guest: ["gus"] };

/** @param shared whether all companies are on one Pocket ID, or each on its own */
export async function openFleet(
  engine: Engine,
  parent: string,
  count: number,
  shared: boolean,
): Promise<Fleet> {
  const directory = mkdtempSync(path.join(parent, shared ? "shared-" : "each-"));
  const stacks = path.join(directory, "stacks");
  mkdirSync(stacks);
  const network: Network = { delay: 0, requests: 0 };
  const servers = await openServers(network, shared ? 1 : count);
  const passphrase = "not a secret of anybody";
  const environment = {
    ...engineEnvironment(engine, { backendDirectory: path.join(directory, "backend"), passphrase }),
    POCKET_ID_API_KEY: KEY,
  };
  writeFileSync(
    path.join(directory, "Pulumi.yaml"),
    JSON.stringify({
      name: "ocis-pocket-id",
      main: path.relative(directory, BUILD),
      runtime: { name: "nodejs", options: { typescript: false } },
    }),
  );
  const companies = Array.from(
    { length: count },
    (_, index) => `company-${String(index + 1).padStart(2, "0")}`,
  );
  const stackFile = (company: string) => path.join(stacks, `Pulumi.${company}.yaml`);
  const memory = path.join(directory, "memory");
  const run = async (command: string, args: readonly string[]): Promise<Run> => {
    rmSync(memory, { force: true });
    const before = network.requests;
    const start = performance.now();
    const ended = await processOf(command, args, directory, { ...environment, BENCH_PEAK_MEMORY: memory });
    const seconds = (performance.now() - start) / 1_000;
    return { ...ended, seconds, requests: network.requests - before, megabytes: peakOf(memory) };
  };
  const fleet: Fleet = {
    companies,
    network,
    program: (...args) =>
      run(process.execPath, ["--require", path.join(__dirname, "peak-memory.js"), MAIN, ...args]),
    pulumi: (...args) => run(engine.command.command, [...args, "--non-interactive"]),
    stackFile,
    spoil(company, broken) {
      const text = readFileSync(stackFile(company), "utf8");
      writeFileSync(
        stackFile(company),
        text.replace(/("ocis-pocket-id:port":)"\d+"/, `$1"${broken ? 0 : 9200}"`),
      );
    },
    async close() {
      for (const { road, pocketId } of servers) {
        await road.close();
        await pocketId.close();
      }
    },
  };
  await writeStackFiles(fleet, servers, shared);
  return fleet;
}

interface Server {
  readonly pocketId: Emulator;
  readonly road: Road;
}

async function openServers(network: Network, count: number): Promise<Server[]> {
  const servers: Server[] = [];
  while (servers.length < count) {
    const pocketId = await startEmulator({ apiKey: KEY });
    for (const username of Object.values(PEOPLE).flat()) pocketId.addUser({ username });
    servers.push({ pocketId, road: await openRoad(network, pocketId.url) });
  }
  return servers;
}

/** The first by `fleet new`; the others have its salt and encrypted key, which one passphrase opens. */
async function writeStackFiles(fleet: Fleet, servers: readonly Server[], shared: boolean): Promise<void> {
  const [first = "", ...others] = fleet.companies;
  const made = await fleet.program(
    "fleet",
    "new",
    first,
    "--domain",
    "company.example",
    "--target",
    "bundle",
  );
  if (made.code !== 0) throw new Error("the first company's stack file can't be written");
  const text = readFileSync(fleet.stackFile(first), "utf8");
  const encryptionsalt = /encryptionsalt: (\S+)/.exec(text)?.[1];
  const secure = /secure: (\S+)/.exec(text)?.[1];
  const common = {
    "pocketid:apiKey": { secure },
    "ocis-pocket-id:target": "bundle",
    "ocis-pocket-id:port": "9200",
  };
  for (const [index, company] of [first, ...others].entries()) {
    const { road, pocketId } = servers[index] ?? servers[0] ?? {};
    const beside = !shared || index > 0 ? {} : { nativeClients: "share" };
    const settings = {
      ...beside,
      ...(shared && index > 0 ? namesOfItsOwn(company) : {}),
      ocisHost: `ocis.${company}.example`,
      issuer: pocketId?.issuer,
      bundleDirectory: path.join(path.dirname(path.dirname(fleet.stackFile(company))), "bundles", company),
      members: PEOPLE,
    };
    const own = Object.entries(settings).map(([key, value]) => [`ocis-pocket-id:${key}`, value]);
    const all = { ...common, "pocketid:url": road?.url, ...(Object.fromEntries(own) as object) };
    // JSON is YAML.
    writeFileSync(fleet.stackFile(company), JSON.stringify({ encryptionsalt, config: all }));
  }
}

function processOf(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<Pick<Run, "code" | "stdout">> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "ignore"],
    });
    let stdout = "";
    child.stdout.on("data", (chunk) => (stdout += String(chunk)));
    child.once("error", reject).once("close", (code) => {
      resolve({ code, stdout });
    });
  });
}

/** The most that any process has written, in MB. */
function peakOf(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const peaks = readFileSync(file, "utf8").trim().split("\n").map(Number);
  return Math.max(...peaks) / 1_000;
}

/** On a shared Pocket ID, as `fleet new` writes it for a second company. */
function namesOfItsOwn(company: string) {
  const roles = ["admin", "spaceAdmin", "user", "guest"];
  return {
    claimKey: `${company}_roles`,
    groupNames: Object.fromEntries(roles.map((role) => [role, `${company}-${role}`])),
    nativeClients: "attach",
  };
}
