import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { text as textOf } from "node:stream/consumers";
import { type Emulator, startEmulator } from "../../emulator";
import { type Network, type Proxy, slowProxy } from "../../emulator/proxy";
import { writeProject } from "../bench/stack";
import { environmentOf, type Laboratory } from "../experiment";

const BUILD = path.join(__dirname, "..", "..");
const MAIN = path.join(BUILD, "..", "cli", "bin", "cli", "main.js");
const KEY = "key-of-the-bench-0123456789";
const PEOPLE = { admin: ["alice"], spaceAdmin: ["sam"], user: ["uma"], guest: ["gus"] };

/** The companies of a measurement, with their own project, backend and Pocket IDs. */
export type Fleet = Awaited<ReturnType<typeof openFleet>>;

/** @param shared whether all companies use one Pocket ID, or each its own */
export async function openFleet(laboratory: Laboratory, count: number, shared: boolean) {
  const directory = mkdtempSync(path.join(laboratory.directory, shared ? "shared-" : "each-"));
  const memoryFile = path.join(directory, "memory");
  const numbers = Array.from({ length: count }, (_, index) => String(index + 1).padStart(2, "0"));
  const companies = numbers.map((number) => `company-${number}`);
  const stackFile = (company: string) => path.join(directory, "stacks", `Pulumi.${company}.yaml`);
  mkdirSync(path.join(directory, "stacks"));
  writeProject(directory, path.relative(directory, BUILD));

  const network: Network = { delay: 0, requests: 0 };
  const servers: { pocketId: Emulator; proxy: Proxy }[] = [];
  while (servers.length < (shared ? 1 : count)) {
    const pocketId = await startEmulator({ apiKey: KEY });
    for (const username of Object.values(PEOPLE).flat()) pocketId.addUser({ username });
    servers.push({ pocketId, proxy: await slowProxy(pocketId.url, network) });
  }

  const env = {
    ...process.env,
    ...environmentOf(laboratory.engine, directory),
    POCKET_ID_API_KEY: KEY,
    BENCH_PEAK_MEMORY: memoryFile,
  };
  /** Runs a process. Only an `up` of a fleet with a broken company may fail. */
  const run = async (command: string, args: readonly string[]) => {
    rmSync(memoryFile, { force: true });
    const before = network.requests;
    const start = performance.now();
    const child = spawn(command, args, { cwd: directory, env, stdio: ["ignore", "pipe", "ignore"] });
    const [stdout] = await Promise.all([textOf(child.stdout), once(child, "close")]);
    const seconds = (performance.now() - start) / 1_000;
    if (child.exitCode !== 0 && !args.includes("--yes"))
      throw new Error(`${args.join(" ")} failed:\n${stdout}`);
    return { seconds, requests: network.requests - before, megabytes: peakMemory(memoryFile), stdout };
  };
  /** Runs `ocis-pocket-id` in the project. */
  const program = (...args: readonly string[]) =>
    run(process.execPath, ["--require", path.join(__dirname, "peak-memory.js"), MAIN, ...args]);

  // The first stack is written by `fleet new`. The others get its salt and encrypted key, which have the same passphrase.
  const [first = ""] = companies;
  await program("fleet", "new", first, "--domain", "company.example", "--target", "bundle");
  const text = readFileSync(stackFile(first), "utf8");
  const encryptionsalt = /encryptionsalt: (\S+)/.exec(text)?.[1];
  const secure = /secure: (\S+)/.exec(text)?.[1];
  for (const [index, company] of companies.entries()) {
    const { proxy, pocketId } = servers[index] ?? servers[0] ?? {};
    const settings = {
      ocisHost: `ocis.${company}.example`,
      issuer: pocketId?.issuer,
      target: "bundle",
      port: "9200",
      bundleDirectory: path.join(directory, "bundles", company),
      members: PEOPLE,
      ...(shared ? sharingSettings(company, index === 0) : {}),
    };
    const own = Object.entries(settings).map(([key, value]) => [`ocis-pocket-id:${key}`, value] as const);
    const connection = { "pocketid:url": proxy?.url, "pocketid:apiKey": { secure } };
    const config = { ...connection, ...Object.fromEntries(own) };
    // JSON is YAML.
    writeFileSync(stackFile(company), JSON.stringify({ encryptionsalt, config }));
  }

  return {
    network,
    companies,
    stackFile,
    program,
    /** Runs `pulumi` in the project. */
    pulumi: (...args: readonly string[]) =>
      run(laboratory.engine.command.command, [...args, "--non-interactive"]),
    /** Sets the port of a company's oCIS; 0 is invalid. */
    setPort: (company: string, port: number): void => {
      const before = readFileSync(stackFile(company), "utf8");
      writeFileSync(stackFile(company), before.replace(/("ocis-pocket-id:port":)"\d+"/, `$1"${port}"`));
    },
    close: async (): Promise<void> => {
      for (const { proxy, pocketId } of servers) {
        await proxy.close();
        await pocketId.close();
      }
    },
  };
}

/** The most memory that any of our programs reported, in MB; the engine reports none. */
function peakMemory(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  return Math.max(...readFileSync(file, "utf8").trim().split("\n").map(Number)) / 1_000;
}

/** On a shared Pocket ID, as `fleet new` writes them. */
function sharingSettings(company: string, isFirst: boolean) {
  if (isFirst) return { nativeClients: "share" };
  const roles = ["admin", "spaceAdmin", "user", "guest"];
  return {
    claimKey: `${company}_roles`,
    groupNames: Object.fromEntries(roles.map((role) => [role, `${company}-${role}`])),
    nativeClients: "attach",
  };
}
