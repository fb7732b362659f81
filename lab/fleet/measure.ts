import type { Laboratory } from "../experiment";
import { median } from "../report";
import { Fleet } from "./fleet";

/** The time of a `drift` of some companies, against the engine's own command. */
export interface DriftFigures {
  readonly companies: number;
  readonly shared: boolean;
  /** Milliseconds added to each request to Pocket ID. */
  readonly delay: number;
  readonly seconds: number;
  readonly requests: number;
  /** The peak of the one process. */
  readonly megabytes: number | undefined;
  /** Seconds of `pulumi preview --refresh` for one company, the median of three. */
  readonly plain: number;
}

/** An `up` of all companies, one of which is broken on purpose. */
export interface UpFigures {
  readonly companies: number;
  readonly shared: boolean;
  readonly seconds: number;
  readonly requests: number;
  readonly done: number;
  readonly failed: readonly string[];
}

export interface FleetFigures {
  readonly up: readonly UpFigures[];
  readonly drift: readonly DriftFigures[];
}

/** The companies of the whole experiment. */
export const COMPANIES = 50;
const SIZES = [1, 10];
const DELAYS = [0, 50];
const SAMPLE = 3;

/** Measures companies with their own Pocket IDs, and with one that all share. Takes minutes. */
export async function measureFleets(laboratory: Laboratory, count: number): Promise<FleetFigures> {
  const { progress } = laboratory;
  const up: UpFigures[] = [];
  const drift: DriftFigures[] = [];
  for (const shared of [false, true]) {
    progress(`${count} companies, ${shared ? "all on one Pocket ID" : "each on its own Pocket ID"}: up`);
    const fleet = await Fleet.open(laboratory, count, shared);
    try {
      up.push({ companies: count, shared, ...(await measureUp(fleet)) });
      for (const delay of DELAYS) {
        fleet.network.delay = delay;
        const plain = await plainPreviews(fleet);
        for (const companies of [...SIZES.filter((size) => size < count), count]) {
          progress(`drift of ${companies}, ${delay} ms away`);
          drift.push({ companies, shared, delay, plain, ...(await measureDrift(fleet, companies)) });
        }
      }
    } finally {
      await fleet.close();
    }
  }
  return { up, drift };
}

/** Runs `up` with one company broken, then repairs that one, so that all can be compared. */
async function measureUp(fleet: Fleet): Promise<Omit<UpFigures, "companies" | "shared">> {
  const count = fleet.companies.length;
  const broken = fleet.companies[Math.floor(count / 2)] ?? "";
  fleet.setPort(broken, 0);
  const { seconds, requests, stdout } = await fleet.program("fleet", "up", "--yes", "--json");
  const failed = failedIn(stdout);
  if (failed.join() !== broken) throw new Error(`only ${broken} should have failed, not '${failed.join()}'`);
  fleet.setPort(broken, 9200);
  const repaired = await fleet.program("fleet", "up", broken, "--yes", "--json");
  if (failedIn(repaired.stdout).length > 0)
    throw new Error(`the repaired ${broken} failed:\n${repaired.stdout}`);
  return { seconds, requests, done: count - failed.length, failed };
}

function failedIn(stdout: string): string[] {
  const { companies } = JSON.parse(stdout) as { companies: { company: string; state: string }[] };
  return companies.filter(({ state }) => state !== "done").map(({ company }) => company);
}

async function plainPreviews(fleet: Fleet): Promise<number> {
  const seconds: number[] = [];
  for (const company of fleet.companies.slice(0, SAMPLE)) {
    const file = fleet.stackFile(company);
    const run = await fleet.pulumi("preview", "--refresh", "--stack", company, "--config-file", file);
    seconds.push(run.seconds);
  }
  return median(seconds);
}

async function measureDrift(fleet: Fleet, count: number) {
  const all = count === fleet.companies.length;
  const chosen = all ? ["--all"] : ["--stack", ...fleet.companies.slice(0, count)];
  const runs = [];
  while (runs.length < SAMPLE) runs.push(await fleet.program("drift", ...chosen, "--json"));
  const peaks = runs.flatMap(({ megabytes }) => megabytes ?? []);
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    requests: median(runs.map(({ requests }) => requests)),
    megabytes: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}
