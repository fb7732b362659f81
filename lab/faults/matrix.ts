import type { Baseline } from "./baseline";
import type { Cell, Finding, Known, Scenario } from "./cell";
import { type Fault, FAULTS } from "./fault";
import { Worker } from "./team";
import type { ServerChoice } from "./worker";

export interface MatrixOptions {
  /** Where stacks are made; below the checkout, so that the engine's plugin finds our packages. */
  readonly directory: string;
  /** Servers to run against at once, one run on each at a time: the apps' clients are there once only. */
  readonly servers: readonly ServerChoice[];
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

/** Needs an engine that is found at once: on PATH, or in the cache. */
export async function runMatrix({
  directory,
  servers,
  prefix,
  progress,
  choose,
}: MatrixOptions): Promise<Findings> {
  const workers = servers.map(() => new Worker());
  const known: Known = { finished: [], converging: {} };
  try {
    await Promise.all(
      workers.map((worker, index) =>
        worker.ask({ ask: "open", directory, prefix, server: servers[index] ?? "emulator" }),
      ),
    );
    const baselines = await (workers[0] ?? noServer()).ask({ ask: "undisturbed" });
    const { create, second } = baselines;
    const requests = { create: create.requests.length, change: second.requests.length };
    progress(
      `An undisturbed up makes ${requests.create} requests, an update of everything ${requests.change}.`,
    );
    const all = [...cellsOf("create", create), ...cellsOf("change", second)];
    const cells = choose?.(all) ?? all;
    const queue = [...cells];
    const findings: Finding[] = [];
    const work = async (worker: Worker) => {
      for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
        const { finding, known: learnt } = await worker.ask({ ask: "cell", cell, baselines, known });
        learn(known, learnt);
        findings.push(finding);
        progress(`${findings.length}/${cells.length} ${inWords(finding)}`);
      }
    };
    await Promise.all(workers.map(work));
    return { findings, requests, ends: known.finished.length };
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}

function learn(known: Known, { finished, converging }: Known): void {
  known.finished.push(...finished.filter((key) => !known.finished.includes(key)));
  Object.assign(known.converging, converging);
}

function noServer(): never {
  throw new Error("the matrix needs a server");
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
