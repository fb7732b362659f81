import { median } from "../report";
import {
  type BenchStack,
  type Bench,
  openStack,
  type Operation,
  type ProgramKind,
  type Run,
  type StateEntry,
} from "./stack";
import { empty, exampleCompany, resources, type Workload } from "./workloads";

/** Sizes whose `up` is compared with that of an empty program. */
const SIZES = [10, 100, 400] as const;
/** 100 groups, the claims of each, and 100 clients. */
const HUNDRED_OF_EACH = 300;
/** The file backend then writes the state once, at the end. Real stacks must not do this: a crash would lose everything. */
const WITHOUT_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
const UP_RUNS = 3;
const PREVIEW_RUNS = 7;

/** Sizes of a state, in bytes. */
export interface StateSize {
  /** All entries, as compact JSON. */
  readonly total: number;
  /** The median entry of an object in Pocket ID. */
  readonly medianEntry: number;
  /** The longest text that leads the engine to a handler. */
  readonly handlerText: number;
}

/** A stack of a number of resources. */
export interface StackFigures {
  readonly resources: number;
  readonly up: Run;
  readonly refresh: Run;
  readonly state: StateSize;
}

/** The guide for one company. */
export interface CompanyFigures extends StackFigures {
  /** A preview without changes. */
  readonly preview: Run;
  /** The same of an empty program, alternating with it. */
  readonly emptyPreview: Run;
}

/** All measurements. Runs that alternate with others are medians of several. */
export interface Figures {
  readonly programs: ProgramKind;
  readonly company: CompanyFigures;
  readonly emptyUp: Run;
  readonly sizes: readonly StackFigures[];
  /** The biggest size again, without writing the state at each step. */
  readonly withoutCheckpoints: Run;
  /** One refresh of 100 groups with claims, and 100 clients. */
  readonly hundredOfEach: Run;
}

export async function measure(bench: Bench): Promise<Figures> {
  const company = await measureCompany(bench);
  const hundredOfEach = (await upAndRefresh(bench, resources(HUNDRED_OF_EACH))).refresh;
  return { programs: bench.programs, company, hundredOfEach, ...(await measureSizes(bench)) };
}

function measureCompany(bench: Bench): Promise<CompanyFigures> {
  return withStack(bench, empty, async (nothing) => {
    await step(bench, nothing, "up");
    return withStack(bench, exampleCompany, async (stack) => {
      const figures = await figuresOf(bench, stack);
      const previews: Run[] = [];
      const emptyPreviews: Run[] = [];
      for (let round = 0; round < PREVIEW_RUNS; round += 1) {
        emptyPreviews.push(await step(bench, nothing, "preview"));
        previews.push(await step(bench, stack, "preview"));
      }
      return { ...figures, preview: medianRun(previews), emptyPreview: medianRun(emptyPreviews) };
    });
  });
}

async function measureSizes(
  bench: Bench,
): Promise<Pick<Figures, "emptyUp" | "sizes" | "withoutCheckpoints">> {
  const biggest = { ...resources(Math.max(...SIZES)), environment: WITHOUT_CHECKPOINTS };
  const up = (workload: Workload) => withStack(bench, workload, (stack) => step(bench, stack, "up"));
  const emptyUps: Run[] = [];
  const withoutCheckpoints: Run[] = [];
  const ups = SIZES.map((count) => ({ count, of: [] as StackFigures[] }));
  for (let round = 0; round < UP_RUNS; round += 1) {
    emptyUps.push(await up(empty));
    for (const { count, of } of ups) of.push(await upAndRefresh(bench, resources(count)));
    bench.progress("  without checkpoints:");
    withoutCheckpoints.push(await up(biggest));
  }
  const sizes = ups.map(({ count, of }) => ({
    resources: count,
    up: medianRun(of.map((figures) => figures.up)),
    refresh: medianRun(of.map(({ refresh }) => refresh)),
    state: medianState(of.map(({ state }) => state)),
  }));
  return { emptyUp: medianRun(emptyUps), sizes, withoutCheckpoints: medianRun(withoutCheckpoints) };
}

function upAndRefresh(bench: Bench, workload: Workload): Promise<StackFigures> {
  return withStack(bench, workload, (stack) => figuresOf(bench, stack));
}

async function figuresOf(bench: Bench, stack: BenchStack): Promise<StackFigures> {
  const up = await step(bench, stack, "up");
  const refresh = await step(bench, stack, "refresh");
  const entries = await stack.state();
  return { resources: entries.length, up, refresh, state: stateSize(entries) };
}

async function step({ progress }: Bench, stack: BenchStack, operation: Operation): Promise<Run> {
  const run = await stack.run(operation);
  progress(`  ${stack.name} ${operation}: ${run.seconds.toFixed(2)} s, ${run.requests} requests`);
  return run;
}

async function withStack<T>(
  bench: Bench,
  workload: Workload,
  use: (stack: BenchStack) => Promise<T>,
): Promise<T> {
  const stack = await openStack(bench, workload);
  try {
    return await use(stack);
  } finally {
    await stack.close();
  }
}

/** Times vary, so the median counts. Requests must not, so the highest number counts. */
function medianRun(runs: readonly Run[]): Run {
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    requests: Math.max(...runs.map(({ requests }) => requests)),
  };
}

/** Equal programs have equal states, apart from the digits of times. */
function medianState(states: readonly StateSize[]): StateSize {
  return {
    total: median(states.map(({ total }) => total)),
    medianEntry: median(states.map(({ medianEntry }) => medianEntry)),
    handlerText: Math.max(...states.map(({ handlerText }) => handlerText)),
  };
}

/** Resources that are objects in Pocket ID; our other resources are files and checks. */
const IN_POCKET_ID = /:(UserGroup|CustomClaims|OidcClient|UserGroupMembers|AllowedOidcClients)$/;

export function stateSize(entries: readonly StateEntry[]): StateSize {
  const ours = entries.filter(({ type }) => IN_POCKET_ID.test(type));
  return {
    total: Buffer.byteLength(JSON.stringify(entries)),
    medianEntry: median(ours.map((entry) => Buffer.byteLength(JSON.stringify(entry)))),
    handlerText: Math.max(0, ...entries.map(({ inputs }) => Buffer.byteLength(inputs?.__provider ?? ""))),
  };
}
