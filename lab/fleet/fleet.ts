import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { text as textOf } from "node:stream/consumers";
import { type Emulator, startEmulator } from "../../emulator";
import { type Network, type Proxy, slowProxy } from "../../emulator/proxy";
import { writeProject } from "../bench/stack";
import { environmentOf, type Laboratory } from "../experiment";

/** The result of one process. */
export interface Run {
  readonly seconds: number;
  readonly requests: number;
  /** The peak memory of our program; undefined for the engine's. */
  readonly megabytes: number | undefined;
  readonly stdout: string;
}

const BUILD = path.join(__dirname, "..", "..");
const MAIN = path.join(BUILD, "..", "cli", "bin", "cli", "main.js");
const KEY = "key-of-the-bench-0123456789";
const PEOPLE = { admin: ["alice"], spaceAdmin: ["sam"], user: ["uma"], guest: ["gus"] };

interface Server {
  readonly pocketId: Emulator;
  readonly proxy: Proxy;
}

/** The companies of a measurement, with their own project, backend and Pocket IDs. */
export class Fleet {
  readonly network: Network = { delay: 0, requests: 0 };
  readonly companies: readonly string[];
  private readonly directory: string;
  private readonly memoryFile: string;
  private readonly servers: Server[] = [];

  private constructor(
    private readonly laboratory: Laboratory,
    count: number,
    private readonly shared: boolean,
  ) {
    this.directory = mkdtempSync(path.join(laboratory.directory, shared ? "shared-" : "each-"));
    this.memoryFile = path.join(this.directory, "memory");
    this.companies = Array.from(
      { length: count },
      (_, index) => `company-${String(index + 1).padStart(2, "0")}`,
    );
  }

  /** @param shared whether all companies use one Pocket ID, or each its own */
  static async open(laboratory: Laboratory, count: number, shared: boolean): Promise<Fleet> {
    const fleet = new Fleet(laboratory, count, shared);
    mkdirSync(path.join(fleet.directory, "stacks"));
    writeProject(fleet.directory, path.relative(fleet.directory, BUILD));
    while (fleet.servers.length < (shared ? 1 : count)) {
      const pocketId = await startEmulator({ apiKey: KEY });
      for (const username of Object.values(PEOPLE).flat()) pocketId.addUser({ username });
      fleet.servers.push({ pocketId, proxy: await slowProxy(pocketId.url, fleet.network) });
    }
    await fleet.writeStackFiles();
    return fleet;
  }

  /** Runs `ocis-pocket-id` in the project. */
  program(...args: readonly string[]): Promise<Run> {
    return this.run(process.execPath, ["--require", path.join(__dirname, "peak-memory.js"), MAIN, ...args]);
  }

  /** Runs `pulumi` in the project. */
  pulumi(...args: readonly string[]): Promise<Run> {
    return this.run(this.laboratory.engine.command.command, [...args, "--non-interactive"]);
  }

  stackFile(company: string): string {
    return path.join(this.directory, "stacks", `Pulumi.${company}.yaml`);
  }

  /** Sets the port of a company's oCIS; 0 is invalid. */
  setPort(company: string, port: number): void {
    const text = readFileSync(this.stackFile(company), "utf8");
    writeFileSync(this.stackFile(company), text.replace(/("ocis-pocket-id:port":)"\d+"/, `$1"${port}"`));
  }

  async close(): Promise<void> {
    for (const { proxy, pocketId } of this.servers) {
      await proxy.close();
      await pocketId.close();
    }
  }

  /** Only an `up` of a fleet with a broken company may fail. */
  private async run(command: string, args: readonly string[]): Promise<Run> {
    rmSync(this.memoryFile, { force: true });
    const before = this.network.requests;
    const start = performance.now();
    const child = spawn(command, args, {
      cwd: this.directory,
      env: {
        ...process.env,
        ...environmentOf(this.laboratory.engine, this.directory),
        POCKET_ID_API_KEY: KEY,
        BENCH_PEAK_MEMORY: this.memoryFile,
      },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [stdout] = await Promise.all([textOf(child.stdout), once(child, "close")]);
    const seconds = (performance.now() - start) / 1_000;
    if (child.exitCode !== 0 && !args.includes("--yes"))
      throw new Error(`${args.join(" ")} failed:\n${stdout}`);
    return { seconds, requests: this.network.requests - before, megabytes: this.peakMemory(), stdout };
  }

  /** The most memory that any process reported, in MB. */
  private peakMemory(): number | undefined {
    if (!existsSync(this.memoryFile)) return undefined;
    return Math.max(...readFileSync(this.memoryFile, "utf8").trim().split("\n").map(Number)) / 1_000;
  }

  /** The first by `fleet new`. The others get its salt and encrypted key, which have the same passphrase. */
  private async writeStackFiles(): Promise<void> {
    const [first = ""] = this.companies;
    await this.program("fleet", "new", first, "--domain", "company.example", "--target", "bundle");
    const text = readFileSync(this.stackFile(first), "utf8");
    const encryptionsalt = /encryptionsalt: (\S+)/.exec(text)?.[1];
    const secure = /secure: (\S+)/.exec(text)?.[1];
    for (const [index, company] of this.companies.entries()) {
      const { proxy, pocketId } = this.servers[index] ?? this.servers[0] ?? {};
      const settings = {
        ocisHost: `ocis.${company}.example`,
        issuer: pocketId?.issuer,
        target: "bundle",
        port: "9200",
        bundleDirectory: path.join(this.directory, "bundles", company),
        members: PEOPLE,
        ...(this.shared ? sharingSettings(company, index === 0) : {}),
      };
      const own = Object.entries(settings).map(([key, value]) => [`ocis-pocket-id:${key}`, value] as const);
      const config = {
        "pocketid:url": proxy?.url,
        "pocketid:apiKey": { secure },
        ...Object.fromEntries(own),
      };
      // JSON is YAML.
      writeFileSync(this.stackFile(company), JSON.stringify({ encryptionsalt, config }));
    }
  }
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
