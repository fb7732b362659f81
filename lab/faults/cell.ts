import { type Fault, KILLS } from "../../emulator/fault-proxy";
import { errorLines, outputProblems } from "./checks";
import type { Outcome } from "./stack";
import type { Baseline, TestBed } from "./test-bed";

/** One request that fails in one way. */
export interface Cell {
  readonly scenario: Scenario;
  readonly number: number;
  readonly fault: Fault;
  /** Whether `number` counts writes only. */
  readonly writes: boolean;
}

export type Scenario = "create" | "change";

/** The result of a cell. */
export type Result = Awaited<ReturnType<typeof runCell>>;

/** Snapshots seen so far. The same snapshot behaves in the same way, so it needn't be tried again. */
export interface Known {
  /** Snapshots whose next preview was empty and whose destroy left nothing. */
  readonly finished: Set<string>;
  /** Snapshots of failed runs from which the next `up` converged, and whether it needed the command that it named. */
  readonly converging: Map<string, boolean>;
}

/** Runs one cell, from a known start to its end. */
export async function runCell(bed: TestBed, cell: Cell, baseline: Baseline, known: Known) {
  const { from, to, end } = baseline;
  await bed.begin(from, to);
  const disturbed = await disturbedUp(bed, cell);
  const request = bed.proxy.failed;
  await bed.proxy.plan(undefined);

  const problems: string[] = [];
  const cut = await bed.snapshot();
  if (disturbed.ok && cut.content !== end.content) {
    problems.push("the run succeeded, but Pocket ID isn't as it should be");
  }
  if (!disturbed.ok && (!isKill(cell.fault) || request === undefined)) {
    const found = outputProblems(disturbed.text, [bed.company.server.apiKey]);
    problems.push(...found.map((problem) => withOutput(problem, disturbed)));
  }
  // An updated test bed needs its next `up` in any case. From nothing, the same snapshot behaves as it did before.
  const converged = from === "nothing" ? known.converging.get(cut.key) : undefined;
  let neededCommand = converged ?? false;
  if (disturbed.ok && known.finished.has(cut.key)) bed.deployed = to;
  else if (converged === undefined) {
    neededCommand = await converge(bed, problems);
    bed.stack.configure(to);
    await finish(bed, baseline, known, problems);
    if (problems.length === 0) known.converging.set(cut.key, neededCommand);
  }
  problems.push(...bed.company.violations);
  return {
    cell,
    /** The request that failed; undefined when the run made fewer requests this time. */
    request,
    /** Whether the disturbed run itself succeeded. */
    survived: disturbed.ok,
    /** What it printed when it failed. */
    errors: errorLines(disturbed.text),
    /** Whether the next `up` needed the command that it named. */
    neededCommand,
    /** Broken promises; empty when all were kept. */
    problems,
  };
}

const isKill = (fault: Fault) => (KILLS as readonly Fault[]).includes(fault);

async function disturbedUp({ proxy, stack }: TestBed, { number, fault, writes }: Cell): Promise<Outcome> {
  if (!isKill(fault)) {
    await proxy.plan({ number, fault, writes });
    return stack.run("up");
  }
  const { kill, ended } = stack.start("up");
  await proxy.plan({ number, fault, writes, kill });
  const outcome = await ended;
  // A killed engine leaves its lock, which somebody must remove.
  if (!outcome.ok) await stack.run("cancel");
  return outcome;
}

/** The next plain `up`, and the command that it names when it needs one. Returns whether it did. */
async function converge({ stack }: TestBed, problems: string[]): Promise<boolean> {
  const next = await stack.run("up");
  if (next.ok) return false;
  if (!next.text.includes("reclaim")) {
    problems.push(withOutput("the next up failed and named no command", next));
    return false;
  }
  await stack.command("config", "set", "adopt", "reclaim");
  const last = await stack.run("up");
  if (!last.ok) problems.push(withOutput("the up after the named command failed", last));
  return true;
}

/** The end must be that of an undisturbed run. Then a preview must be empty, and a destroy must leave nothing. */
async function finish(bed: TestBed, { to, end }: Baseline, known: Known, problems: string[]): Promise<void> {
  const { content, key } = await bed.snapshot();
  if (content !== end.content) problems.push(difference(content, end.content));
  if (problems.length > 0) return;
  if (known.finished.has(key)) {
    bed.deployed = to;
    return;
  }
  const preview = await bed.stack.run("preview");
  if (!preview.ok) problems.push(withOutput("the next preview is not empty", preview));
  const destroyed = await bed.stack.run("destroy");
  if (!destroyed.ok) problems.push(withOutput("destroy failed", destroyed));
  const { groups, clients } = await bed.company.content();
  const left = [...groups, ...clients].map(({ name }) => name);
  if (left.length > 0) problems.push(`destroy left ${left.join(", ")}`);
  if (problems.length === 0) known.finished.add(key);
}

const INDENT = "\n      ";

function withOutput(problem: string, { text }: Outcome): string {
  const lines = errorLines(text);
  return [problem, ...(lines.length > 0 ? lines : text.trim().split("\n").slice(-5))].join(INDENT);
}

function difference(actual: string, expected: string): string {
  const [has, needs] = [new Set(actual.split("\n")), new Set(expected.split("\n"))];
  const surplus = [...has].filter((line) => !needs.has(line)).map((line) => `+ ${line}`);
  const missing = [...needs].filter((line) => !has.has(line)).map((line) => `- ${line}`);
  return ["Pocket ID differs from an undisturbed run", ...surplus, ...missing].join(INDENT);
}
