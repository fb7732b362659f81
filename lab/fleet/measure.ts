import { median } from "../bench/median";
import type { Engine } from "ocis-pocket-id/engine";
import { type Fleet, openFleet } from "./fleet";

/** How long it takes to look at some companies, against the engine's own way. */
export interface Looking {
  readonly companies: number;
  readonly shared: boolean;
  /** Milliseconds that each answer of Pocket ID took longer. */
  readonly delay: number;
  readonly seconds: number;
  readonly requests: number;
  /** Of the one process, at most. */
  readonly megabytes: number | undefined;
  /** Seconds of `pulumi preview --refresh` for one company, the middle of three. */
  readonly plain: number;
}

/** What an `up` of all took, with one company broken on purpose. */
export interface Upping {
  readonly companies: number;
  readonly shared: boolean;
  readonly seconds: number;
  readonly requests: number;
  readonly done: number;
  readonly failed: readonly string[];
}

export interface FleetFigures {
  readonly up: readonly Upping[];
  readonly looking: readonly Looking[];
}

/** How many companies there are, unless a smaller try is asked for. */
export const COMPANIES = 50;
const SIZES = [1, 10];
const DELAYS = [0, 50];
const SAMPLE = 3;

/** Measures companies on a Pocket ID each, and on one that all share. Takes minutes. */
export async function measureFleets(
  engine: Engine,
  directory: string,
  say: (line: string) => void,
  count: number,
): Promise<FleetFigures> {
  const up: Upping[] = [];
  const looking: Looking[] = [];
  for (const shared of [false, true]) {
    say(`${count} companies, ${shared ? "all on one Pocket ID" : "each on its own Pocket ID"}: up`);
    const fleet = await openFleet(engine, directory, count, shared);
    try {
      up.push(await upping(fleet, shared));
      for (const delay of DELAYS) {
        fleet.network.delay = delay;
        const plain = await plainPreviews(fleet);
        for (const companies of [...SIZES.filter((size) => size < count), count]) {
          say(`drift of ${companies}, ${delay} ms away`);
          looking.push({ companies, shared, delay, plain, ...(await lookAt(fleet, companies)) });
        }
      }
    } finally {
      await fleet.close();
    }
  }
  return { up, looking };
}

/** Brings all up with one broken; then mends that one, so that there are as many to look at. */
async function upping(fleet: Fleet, shared: boolean): Promise<Upping> {
  const count = fleet.companies.length;
  const broken = fleet.companies[Math.floor(count / 2)] ?? "";
  fleet.spoil(broken, true);
  const { seconds, requests, stdout } = await fleet.program("fleet", "up", "--yes", "--json");
  const { companies } = JSON.parse(stdout) as { companies: { company: string; state: string }[] };
  const failed = companies.filter(({ state }) => state !== "done").map(({ company }) => company);
  if (failed.join() !== broken)
    throw new Error(`${broken} should have failed alone, but ${failed.join()} did`);
  fleet.spoil(broken, false);
  const mended = await fleet.program("fleet", "up", broken, "--yes");
  if (mended.code !== 0) throw new Error(`${broken} did not come up when it was mended:\n${mended.stdout}`);
  return { companies: count, shared, seconds, requests, done: count - failed.length, failed };
}

async function plainPreviews(fleet: Fleet): Promise<number> {
  const seconds: number[] = [];
  for (const company of fleet.companies.slice(0, SAMPLE)) {
    const file = fleet.stackFile(company);
    const run = await fleet.pulumi("preview", "--refresh", "--stack", company, "--config-file", file);
    if (run.code !== 0) throw new Error(`pulumi preview --refresh of ${company} failed:\n${run.stdout}`);
    seconds.push(run.seconds);
  }
  return median(seconds);
}

async function lookAt(
  fleet: Fleet,
  count: number,
): Promise<Pick<Looking, "seconds" | "requests" | "megabytes">> {
  const chosen =
    count === fleet.companies.length ? ["--all"] : ["--stack", ...fleet.companies.slice(0, count)];
  const runs = [];
  while (runs.length < SAMPLE) {
    const run = await fleet.program("drift", ...chosen, "--json");
    if (run.code !== 0)
      throw new Error(`drift of ${count} ended with ${run.code ?? "nothing"}:\n${run.stdout}`);
    runs.push(run);
  }
  const known = runs.flatMap(({ megabytes }) => megabytes ?? []);
  return {
    seconds: median(runs.map(({ seconds }) => seconds)),
    requests: median(runs.map(({ requests }) => requests)),
    megabytes: known.length === 0 ? undefined : Math.max(...known),
  };
}
