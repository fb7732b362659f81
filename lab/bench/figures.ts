import { median } from "../report";
import { type Bench, type BenchStack, openStack, type Run, type StateEntry } from "./stack";
import { empty, exampleCompany, resources, type Workload } from "./workloads";

/** Sizes whose `up` is compared with that of an empty program. */
const SIZES = [10, 100, 400];
/** 100 groups, the claims of each, and 100 clients. */
const HUNDRED_OF_EACH = 300;
/** The file backend then writes the state once, at the end. Real stacks must not do this: a crash would lose everything. */
const WITHOUT_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
const UP_RUNS = 3;
const PREVIEW_RUNS = 7;

/** A stack of a number of resources. */
export type StackFigures = Awaited<ReturnType<typeof figuresOf>>;

/** All measurements. Runs that alternate with others are medians of several. */
export type Figures = Awaited<ReturnType<typeof measure>>;

export async function measure(bench: Bench) {
  const company = await measureCompany(bench);
  /** One refresh of 100 groups with claims, and 100 clients. */
  const { refresh: hundredOfEach } = await withStack(bench, resources(HUNDRED_OF_EACH), figuresOf);
  return { programs: bench.programs, company, hundredOfEach, ...(await measureSizes(bench)) };
}

/** The guide for one company: its previews without changes alternate with those of an empty program. */
function measureCompany(bench: Bench) {
  return withStack(bench, empty, async (nothing) => {
    await nothing.run("up");
    return withStack(bench, exampleCompany, async (stack) => {
      const figures = await figuresOf(stack);
      const previews: Run[] = [];
      const emptyPreviews: Run[] = [];
      for (let round = 0; round < PREVIEW_RUNS; round += 1) {
        emptyPreviews.push(await nothing.run("preview"));
        previews.push(await stack.run("preview"));
      }
      return { ...figures, preview: medianRun(previews), emptyPreview: medianRun(emptyPreviews) };
    });
  });
}

async function measureSizes(bench: Bench) {
  const biggest = { ...resources(Math.max(...SIZES)), environment: WITHOUT_CHECKPOINTS };
  const up = (workload: Workload) => withStack(bench, workload, (stack) => stack.run("up"));
  const emptyUps: Run[] = [];
  const withoutCheckpoints: Run[] = [];
  const ups = SIZES.map((count) => ({ count, of: [] as StackFigures[] }));
  for (let round = 0; round < UP_RUNS; round += 1) {
    emptyUps.push(await up(empty));
    for (const { count, of } of ups) of.push(await withStack(bench, resources(count), figuresOf));
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

async function figuresOf(stack: BenchStack) {
  const up = await stack.run("up");
  const refresh = await stack.run("refresh");
  const entries = await stack.state();
  return { resources: entries.length, up, refresh, state: stateSize(entries) };
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
function medianState(states: readonly ReturnType<typeof stateSize>[]) {
  return {
    total: median(states.map(({ total }) => total)),
    medianEntry: median(states.map(({ medianEntry }) => medianEntry)),
    handlerText: Math.max(...states.map(({ handlerText }) => handlerText)),
  };
}

/** Resources that are objects in Pocket ID; our other resources are files and checks. */
const IN_POCKET_ID = /:(UserGroup|CustomClaims|OidcClient|UserGroupMembers|AllowedOidcClients)$/;

/** Sizes of a state, in bytes. */
export function stateSize(entries: readonly StateEntry[]) {
  const ours = entries.filter(({ type }) => IN_POCKET_ID.test(type));
  return {
    /** All entries, as compact JSON. */
    total: Buffer.byteLength(JSON.stringify(entries)),
    /** The median entry of an object in Pocket ID. */
    medianEntry: median(ours.map((entry) => Buffer.byteLength(JSON.stringify(entry)))),
    /** The longest text that leads the engine to a handler. */
    handlerText: Math.max(0, ...entries.map(({ inputs }) => Buffer.byteLength(inputs?.__provider ?? ""))),
  };
}
