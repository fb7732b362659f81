import type { Baseline } from "./baseline";
import { errorLines, unclear } from "./clear-words";
import type { Fault } from "./fault";
import type { Site } from "./site";
import type { Outcome } from "./stack";

/** One request that fails in one way. */
export interface Cell {
  readonly scenario: Scenario;
  readonly number: number;
  readonly fault: Fault;
  readonly writes: boolean;
}

export type Scenario = "create" | "change";

/** What came of a cell. */
export interface Finding {
  readonly cell: Cell;
  /** The request that was hit; undefined when the run made fewer requests this time. */
  readonly request: string | undefined;
  /** Whether the disturbed run itself reached its end. */
  readonly survived: boolean;
  /** What it said when it did not. */
  readonly said: readonly string[];
  /** Whether the next `up` needed the command that it named. */
  readonly neededCommand: boolean;
  /** What went against the promise; empty when it was kept. */
  readonly problems: readonly string[];
}

/** What is known already of pictures: the same picture goes on in the same way, so that need not be run again. */
export interface Known {
  /** Pictures whose next preview was empty, and whose destroy left nothing. */
  readonly finished: string[];
  /** Pictures of cut runs from which the next `up` converged, and whether it needed the command that it named. */
  readonly converging: Record<string, boolean>;
}

/** The command that a failed `up` after an interrupted one may name. */
const RECLAIM = ["config", "set", "adopt", "reclaim"] as const;

/** Runs one cell, from a known start to its end. */
export async function runCell(site: Site, cell: Cell, baseline: Baseline, known: Known): Promise<Finding> {
  const { from, to, end } = baseline;
  await site.begin(from, to);
  const disturbed = await disturbedUp(site, cell);
  const request = site.proxy.spoiled;
  await site.proxy.plan(undefined);

  const problems: string[] = [];
  const cut = await site.picture();
  if (disturbed.ok && cut.content !== end.content) problems.push("the run succeeded, and is not at its end");
  if (!disturbed.ok && (!isKill(cell.fault) || request === undefined)) {
    problems.push(...complaints(disturbed, site));
  }
  // A site that goes on needs its next `up` in any case; from nothing, the same picture goes on as it did before.
  const knownWay = from === "nothing" ? known.converging[cut.key] : undefined;
  let neededCommand = knownWay ?? false;
  if (disturbed.ok && known.finished.includes(cut.key)) site.standing = to;
  else if (knownWay === undefined) {
    neededCommand = await converge(site, problems);
    site.stack.configure(to);
    await finish(site, baseline, known, problems);
    if (problems.length === 0) known.converging[cut.key] = neededCommand;
  }
  problems.push(...site.watch.violations);
  return { cell, request, survived: disturbed.ok, said: errorLines(disturbed.text), neededCommand, problems };
}

function complaints(disturbed: Outcome, site: Site): string[] {
  return unclear(disturbed.text, [site.company.server.apiKey]).map((problem) => quote(problem, disturbed));
}

function isKill(fault: Fault): boolean {
  return fault === "killed before" || fault === "killed after";
}

async function disturbedUp(site: Site, { number, fault, writes }: Cell): Promise<Outcome> {
  if (!isKill(fault)) {
    await site.proxy.plan({ number, fault, writes });
    return site.stack.run("up");
  }
  const { kill, ended } = site.stack.start("up");
  await site.proxy.plan({ number, fault, writes, kill });
  const outcome = await ended;
  // What the killed engine left locked stays so until somebody says that it is gone.
  if (!outcome.ok) await site.stack.run("cancel");
  return outcome;
}

/** The next plain `up`, and the command that it names when it needs one. Returns whether it did. */
async function converge(site: Site, problems: string[]): Promise<boolean> {
  const next = await site.stack.run("up");
  if (next.ok) return false;
  if (!next.text.includes("reclaim")) {
    problems.push(quote("the next up failed and named no command", next));
    return false;
  }
  await site.stack.command(...RECLAIM);
  const last = await site.stack.run("up");
  if (!last.ok) problems.push(quote("the up after the named command failed", last));
  return true;
}

/** The end must be that of an undisturbed run; then a preview must be empty, and a destroy leave nothing. */
async function finish(site: Site, { to, end }: Baseline, known: Known, problems: string[]): Promise<void> {
  const picture = await site.picture();
  if (picture.content !== end.content) problems.push(difference(picture.content, end.content));
  if (problems.length > 0) return;
  if (known.finished.includes(picture.key)) {
    site.standing = to;
    return;
  }
  const preview = await site.stack.run("preview");
  if (!preview.ok) problems.push(quote("the next preview is not empty", preview));
  const destroyed = await site.stack.run("destroy");
  if (!destroyed.ok) problems.push(quote("destroy failed", destroyed));
  const { groups, clients } = await site.company.content();
  const left = [...groups, ...clients].map(({ name }) => name);
  if (left.length > 0) problems.push(`destroy left ${left.join(", ")}`);
  if (problems.length === 0) known.finished.push(picture.key);
}

function quote(problem: string, { text }: Outcome): string {
  const lines = errorLines(text);
  return [problem, ...(lines.length > 0 ? lines : [text.trim().split("\n").slice(-5).join("\n")])].join(
    "\n      ",
  );
}

function difference(is: string, should: string): string {
  const has = new Set(is.split("\n"));
  const wants = new Set(should.split("\n"));
  const surplus = [...has].filter((line) => !wants.has(line)).map((line) => `+ ${line}`);
  const missing = [...wants].filter((line) => !has.has(line)).map((line) => `- ${line}`);
  return ["Pocket ID is not as an undisturbed run leaves it", ...surplus, ...missing].join("\n      ");
}
