import type { Engine } from "../engine";
import { type Baseline, type Cell, type Finding, type Known, runCell, type Scenario } from "./cell";
import type { CompanyNames, Generation } from "./company";
import type { Server } from "./pocket-id";
import { type Fault, FAULTS } from "./proxy";
import { Site, succeeded } from "./site";

export interface MatrixOptions {
  readonly engine: Engine;
  /** Where stacks are made; below the checkout, so that the engine's plugin finds our packages. */
  readonly directory: string;
  /** Servers to run against at once, one run on each at a time: the apps' clients are there once only. */
  readonly servers: readonly (() => Promise<Server>)[];
  /** Begins the names of all that is made. */
  readonly prefix: string;
  readonly progress: (line: string) => void;
  /** Chooses among all cells. @default all */
  readonly choose?: (cells: readonly Cell[]) => readonly Cell[];
}

/** What a matrix found, cell by cell. */
export interface Findings {
  readonly findings: readonly Finding[];
  /** Requests of the undisturbed runs. */
  readonly requests: Readonly<Record<Scenario, number>>;
  /** Different ends, of which each was previewed and destroyed. */
  readonly ends: number;
}

/** All ways of one request, in the order of the table. */
export const WAYS: readonly Fault[] = [...FAULTS, "killed before", "killed after"];

/** For a request that only reads, these would be the same as another way. */
const OF_WRITES: readonly Fault[] = ["lost after", "late", "replaced", "killed after"];

/** The undisturbed runs: from nothing, and an update in both directions, so that sites go on from where they stand. */
type Baselines = Readonly<Record<"create" | Generation, Baseline>>;

export async function runMatrix(options: MatrixOptions): Promise<Findings> {
  const { engine, directory, servers, progress } = options;
  const known: Known = { finished: new Set(), converging: new Map() };
  const names: CompanyNames = { prefix: options.prefix };
  const sites: Site[] = [];
  const openSite = async (start: () => Promise<Server>) => {
    const site = await Site.open(engine, directory, await start(), names);
    sites.push(site);
    return site;
  };
  try {
    const [one = noServer, ...more] = servers;
    const first = await openSite(one);
    const baselines = await undisturbed(first);
    const { create, second } = baselines;
    const requests = { create: create.requests.length, change: second.requests.length };
    progress(
      `An undisturbed up makes ${requests.create} requests, an update of everything ${requests.change}.`,
    );
    const all = [...cellsOf("create", create), ...cellsOf("change", second)];
    const cells = options.choose?.(all) ?? all;
    const queue = [...cells];
    const findings: Finding[] = [];
    const work = async (site: Site) => {
      for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
        const finding = await runCell(site, cell, baselineFor(site, cell, baselines), known);
        findings.push(finding);
        progress(`${findings.length}/${cells.length} ${inWords(finding)}`);
      }
    };
    await Promise.all([work(first), ...more.map(async (start) => work(await openSite(start)))]);
    return { findings, requests, ends: known.finished.size };
  } finally {
    for (const site of sites) await site.close();
  }
}

function noServer(): never {
  throw new Error("the matrix needs a server");
}

function baselineFor(site: Site, { scenario }: Cell, baselines: Baselines): Baseline {
  if (scenario === "create") return baselines.create;
  return site.standing === "second" ? baselines.first : baselines.second;
}

async function undisturbed(site: Site): Promise<Baselines> {
  return {
    create: await baseline(site, "nothing", "first"),
    second: await baseline(site, "first", "second"),
    first: await baseline(site, "second", "first"),
  };
}

async function baseline(site: Site, from: "nothing" | Generation, to: Generation): Promise<Baseline> {
  await site.begin(from, to);
  succeeded(await site.stack.run("up"));
  site.standing = to;
  return { from, to, requests: [...site.proxy.requests], end: await site.picture() };
}

/** In order of the requests, so that ways that make a run wait are beside others. */
function cellsOf(scenario: Scenario, { requests }: Baseline): Cell[] {
  const writes = requests.filter((request) => !request.startsWith("GET")).length;
  const cells = WAYS.flatMap((fault) => {
    const ofWrites = OF_WRITES.includes(fault);
    const count = ofWrites ? writes : requests.length;
    return Array.from({ length: count }, (_, index) => ({
      scenario,
      number: index + 1,
      fault,
      writes: ofWrites,
    }));
  });
  return cells.sort((a, b) => a.number - b.number);
}

/** A cell and what came of it, on one line; more lines only for what is wrong. */
export function inWords({ cell, request, survived, said, neededCommand, problems }: Finding): string {
  const { scenario, number, fault, writes } = cell;
  const where = `${scenario}, ${writes ? "write" : "request"} ${number} (${request ?? "not reached"}) ${fault}`;
  if (problems.length > 0) return `${where}: FAILED\n    ${problems.join("\n    ")}`;
  const end = survived ? "succeeded" : "converged";
  return `${where}: ${[...said, end].join(" | ")}${neededCommand ? " after the named command" : ""}`;
}

/** What a cell is chosen by: `create:lost after:3`. */
export function nameOf({ scenario, fault, number }: Cell): string {
  return `${scenario}:${fault}:${number}`;
}
