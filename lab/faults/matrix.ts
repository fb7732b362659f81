import type { Engine } from "ocis-pocket-id/engine";
import { type Fault, FAULTS, KILLS } from "../../emulator/fault-proxy";
import type { Table } from "../report";
import { type Address, openServer } from "../server";
import { type Cell, type Known, type Result, runCell, type Scenario } from "./cell";
import { type Baseline, TestBed } from "./test-bed";

export interface MatrixOptions {
  readonly engine: Engine;
  /** Where stacks are created; below the checkout, so that the engine's plugin finds our packages. */
  readonly directory: string;
  /** Pocket IDs to use at once, with one run on each at a time, since the native clients have fixed IDs. */
  readonly servers: readonly ("emulator" | Address)[];
  /** Begins the names of everything that is created. */
  readonly prefix: string;
  readonly progress: (line: string) => void;
  /** Which cells to run. */
  readonly choose: (cell: Cell) => boolean;
}

/** The results of a matrix. */
export type Results = Awaited<ReturnType<typeof runMatrix>>;

/** For a request that only reads, these would be the same as another fault. */
const OF_WRITES: readonly Fault[] = ["lost after", "late", "replaced", "killed after"];

/** Emulators of one issuer, since it goes into hashes. */
const EMULATOR = { issuer: "https://id.company.test" };

export async function runMatrix({ engine, directory, servers, prefix, progress, choose }: MatrixOptions) {
  const known: Known = { finished: new Set(), converging: new Map() };
  const beds: TestBed[] = [];
  try {
    for (const server of servers) {
      const opened = await openServer(server === "emulator" ? EMULATOR : server);
      beds.push(await TestBed.open(engine, directory, opened, prefix));
    }
    const [bed] = beds;
    if (bed === undefined) throw new Error("the matrix needs a server");
    const create = await bed.baseline("nothing", "first");
    const change = await bed.baseline("first", "second");
    const changeBack = await bed.baseline("second", "first");
    const requests = { create: create.requests.length, change: change.requests.length };
    progress(
      `An undisturbed up makes ${requests.create} requests, an update of everything ${requests.change}.`,
    );
    const cells = [...cellsOf("create", create), ...cellsOf("change", change)].filter(choose);
    const queue = [...cells];
    const results: Result[] = [];
    const runCells = async (own: TestBed) => {
      for (let cell = queue.shift(); cell !== undefined; cell = queue.shift()) {
        const update = own.deployed === "second" ? changeBack : change;
        const result = await runCell(own, cell, cell.scenario === "create" ? create : update, known);
        results.push(result);
        progress(`${results.length}/${cells.length} ${resultText(result)}`);
      }
    };
    await Promise.all(beds.map(runCells));
    /** Requests of the undisturbed runs, and different ends, each of which was previewed and destroyed. */
    return { results, requests, ends: known.finished.size };
  } finally {
    await Promise.all(beds.map((bed) => bed.close()));
  }
}

/** In the order of requests, so that faults that make a run wait run beside others. */
function cellsOf(scenario: Scenario, { requests }: Baseline): Cell[] {
  const writeCount = requests.filter((request) => !request.startsWith("GET")).length;
  const cells = [...FAULTS, ...KILLS].flatMap((fault) => {
    const writes = OF_WRITES.includes(fault);
    const length = writes ? writeCount : requests.length;
    return Array.from({ length }, (_, index): Cell => ({ scenario, number: index + 1, fault, writes }));
  });
  return cells.sort((a, b) => a.number - b.number);
}

/** A result on one line; problems follow on more lines. */
export function resultText({ cell, request, survived, errors, neededCommand, problems }: Result): string {
  const { scenario, number, fault, writes } = cell;
  const where = `${scenario}, ${writes ? "write" : "request"} ${number} (${request ?? "not reached"}) ${fault}`;
  if (problems.length > 0) return `${where}: FAILED\n    ${problems.join("\n    ")}`;
  const end = survived ? "succeeded" : "converged";
  return `${where}: ${[...errors, end].join(" | ")}${neededCommand ? " after the named command" : ""}`;
}

/** The name by which a cell is chosen: `create:lost after:3`. */
export function nameOf({ scenario, fault, number }: Cell): string {
  return `${scenario}:${fault}:${number}`;
}

const LABELS: Readonly<Partial<Record<Fault, string>>> = {
  refused: "connection refused from then on",
  "lost before": "connection lost before the request",
  "lost after": "connection lost before the response",
  "503": "503 with Retry-After",
  hang: "no response",
  late: "no response; request arrives after timeout",
  "not JSON": "response isn't JSON",
  replaced: "server acts; response isn't JSON",
  "killed before": "all processes killed before the request",
  "killed after": "all processes killed before the response",
};

/** Counts of all cells by fault. */
export function resultsTable({ results }: Results): Table {
  const rows = [...FAULTS, ...KILLS].map((fault) => ({
    label: LABELS[fault] ?? fault,
    of: results.filter(({ cell }) => cell.fault === fault),
  }));
  const counted = [...rows.filter(({ of }) => of.length > 0), { label: "all", of: results }];
  return {
    headings: ["Fault", "Succeeded", "Next `up` converged", "Named command needed"],
    rows: counted.map(({ label, of }) => [label, ...counts(of)]),
  };
}

/** A cell that failed isn't in any of them. */
function counts(results: readonly Result[]): number[] {
  const kept = results.filter(({ problems }) => problems.length === 0);
  const command = kept.filter(({ neededCommand }) => neededCommand).length;
  const survived = kept.filter((result) => result.survived && !result.neededCommand).length;
  return [survived, kept.length - survived - command, command];
}

/** What the counts are based on. */
export function resultsSummary({ requests, results, ends }: Results): string {
  const missed = results.filter(({ request }) => request === undefined).length;
  const failed = results.filter(({ problems }) => problems.length > 0).length;
  const sentences = [
    `A whole \`up\` made ${requests.create} requests, an update ${requests.change}.`,
    `The ${results.length} runs had ${ends} different ends, each with an empty preview and a destroy that left nothing.`,
    `${failed === 0 ? "None" : failed} failed.`,
    ...(missed === 0 ? [] : [`${missed} cut points were not reached: those runs made fewer requests.`]),
  ];
  return sentences.join(" ");
}
