import { median } from "./median";
import { openSite, type Operation, type Place, type ProgramKind, type Run, type Site } from "./site";
import { type StateSize, stateSize } from "./state";
import { empty, exampleCompany, resources, type Workload } from "./workloads";

/** Sizes whose `up` is compared with that of an empty program. */
const SIZES = [10, 100, 400] as const;
/** 100 groups, the claims of each, and 100 clients. */
const HUNDRED_OF_EACH = 300;
/** The file backend then writes the state once, at the end. Nothing for real stacks: a crash would lose everything. */
const WITHOUT_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
const UP_RUNS = 3;
const PREVIEW_RUNS = 7;

/** The guide for one company. */
export interface CompanyFigures {
  readonly resources: number;
  readonly up: Run;
  readonly refresh: Run;
  /** A preview with nothing to do; the median of several. */
  readonly preview: Run;
  /** The same of an empty program, in turns with it. */
  readonly emptyPreview: Run;
  readonly state: StateSize;
}

/** A stack of so many groups, claims and clients. */
export interface SizeFigures {
  readonly resources: number;
  /** The median of several, in turns with the other sizes and the empty program. */
  readonly up: Run;
  readonly refresh: Run;
  readonly state: StateSize;
}

/** All that was measured. */
export interface Figures {
  readonly programs: ProgramKind;
  readonly company: CompanyFigures;
  readonly emptyUp: Run;
  readonly sizes: readonly SizeFigures[];
  /** The biggest size again, without the writing of the state at each step. */
  readonly withoutCheckpoints: Run;
  /** One refresh of 100 groups with claims, and 100 clients. */
  readonly hundredOfEach: Run;
}

/** Where it is measured, and who is told. */
export interface Laboratory extends Place {
  readonly progress: (line: string) => void;
}

export async function measure(laboratory: Laboratory): Promise<Figures> {
  const company = await measureCompany(laboratory);
  const hundredOfEach = (await upAndRefresh(laboratory, resources(HUNDRED_OF_EACH))).refresh;
  return { programs: laboratory.programs, company, hundredOfEach, ...(await measureSizes(laboratory)) };
}

async function measureCompany(laboratory: Laboratory): Promise<CompanyFigures> {
  return withSite(laboratory, empty, async (nothing) => {
    await step(laboratory, nothing, empty, "up");
    return withSite(laboratory, exampleCompany, async (site) => {
      const up = await step(laboratory, site, exampleCompany, "up");
      const refresh = await step(laboratory, site, exampleCompany, "refresh");
      const previews: Run[] = [];
      const emptyPreviews: Run[] = [];
      for (let round = 0; round < PREVIEW_RUNS; round += 1) {
        emptyPreviews.push(await step(laboratory, nothing, empty, "preview"));
        previews.push(await step(laboratory, site, exampleCompany, "preview"));
      }
      const entries = await site.state();
      return {
        resources: entries.length,
        up,
        refresh,
        preview: middle(previews),
        emptyPreview: middle(emptyPreviews),
        state: stateSize(entries),
      };
    });
  });
}

async function measureSizes(
  laboratory: Laboratory,
): Promise<Pick<Figures, "emptyUp" | "sizes" | "withoutCheckpoints">> {
  const biggest = resources(Math.max(...SIZES));
  const emptyUps: Run[] = [];
  const withoutCheckpoints: Run[] = [];
  const ups = SIZES.map((count) => ({ count, of: [] as SizeFigures[] }));
  for (let round = 0; round < UP_RUNS; round += 1) {
    emptyUps.push(await withSite(laboratory, empty, (site) => step(laboratory, site, empty, "up")));
    for (const { count, of } of ups) of.push(await upAndRefresh(laboratory, resources(count)));
    withoutCheckpoints.push(
      await withSite(
        laboratory,
        biggest,
        (site) => step(laboratory, site, biggest, "up", "without checkpoints"),
        WITHOUT_CHECKPOINTS,
      ),
    );
  }
  const sizes = ups.map(({ count, of }) => ({
    resources: count,
    up: middle(of.map(({ up }) => up)),
    refresh: middle(of.map(({ refresh }) => refresh)),
    state: stateOf(of),
  }));
  return { emptyUp: middle(emptyUps), sizes, withoutCheckpoints: middle(withoutCheckpoints) };
}

async function upAndRefresh(laboratory: Laboratory, workload: Workload): Promise<SizeFigures> {
  return withSite(laboratory, workload, async (site) => {
    const up = await step(laboratory, site, workload, "up");
    const refresh = await step(laboratory, site, workload, "refresh");
    const entries = await site.state();
    return { resources: entries.length, up, refresh, state: stateSize(entries) };
  });
}

/** Runs once, and tells. */
async function step(
  { progress }: Laboratory,
  site: Site,
  { name }: Workload,
  operation: Operation,
  remark = "",
): Promise<Run> {
  const run = await site.run(operation);
  const what = [name, operation, remark].filter((word) => word !== "").join(" ");
  progress(`  ${what}: ${run.seconds.toFixed(2)} s, ${run.requests} requests`);
  return run;
}

async function withSite<T>(
  laboratory: Laboratory,
  workload: Workload,
  use: (site: Site) => Promise<T>,
  environment: Readonly<Record<string, string>> = {},
): Promise<T> {
  const site = await openSite(laboratory, workload, environment);
  try {
    return await use(site);
  } finally {
    await site.close();
  }
}

/** Times vary, so the middle one counts; requests must not, so the most counts. */
function middle(runs: readonly Run[]): Run {
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    requests: Math.max(...runs.map(({ requests }) => requests)),
  };
}

/** States of equal programs are equally big, but for the digits of times. */
function stateOf(runs: readonly SizeFigures[]): StateSize {
  return {
    total: median(runs.map(({ state }) => state.total)),
    medianEntry: median(runs.map(({ state }) => state.medianEntry)),
    handlerText: Math.max(...runs.map(({ state }) => state.handlerText)),
  };
}
