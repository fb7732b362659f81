import type { Laboratory } from "../experiment";
import { median, type Table } from "../report";
import { type Fleet, openFleet } from "./fleet";

/** The companies of the whole experiment. */
export const COMPANIES = 50;
const SIZES = [1, 10];
const DELAYS = [0, 50];
const SAMPLE = 3;
/** From this number of companies on, `drift` must be this much faster than the engine. */
const BOUND = { companies: 10, times: 4 };

/** Measures companies with their own Pocket IDs, and with one that all share. Takes minutes. */
export async function measureFleets(laboratory: Laboratory, count: number) {
  const { progress } = laboratory;
  const ups: UpFigures[] = [];
  const drifts: DriftFigures[] = [];
  for (const shared of [false, true]) {
    const servers = shared ? "one Pocket ID" : "a Pocket ID each";
    progress(`${count} companies, ${servers}: up`);
    const fleet = await openFleet(laboratory, count, shared);
    try {
      ups.push({ servers, ...(await measureUp(fleet)) });
      for (const delay of DELAYS) {
        fleet.network.delay = delay;
        const plain = await plainPreviews(fleet);
        for (const companies of [...SIZES.filter((size) => size < count), count]) {
          progress(`drift of ${companies}, ${delay} ms away`);
          drifts.push({ servers, delay, plain, ...(await measureDrift(fleet, companies)) });
        }
      }
    } finally {
      await fleet.close();
    }
  }
  return { tables: [upTable(ups), driftTable(drifts)], failures: exceededBounds(drifts) };
}

type UpFigures = { servers: string } & Awaited<ReturnType<typeof measureUp>>;

/** Runs `up` with one company broken, then repairs that one, so that all can be compared. */
async function measureUp(fleet: Fleet) {
  const companies = fleet.companies.length;
  const broken = fleet.companies[Math.floor(companies / 2)] ?? "";
  fleet.setPort(broken, 0);
  const { seconds, requests, stdout } = await fleet.program("fleet", "up", "--yes", "--json");
  const failed = failedIn(stdout);
  if (failed.join() !== broken) throw new Error(`only ${broken} should have failed, not '${failed.join()}'`);
  fleet.setPort(broken, 9200);
  const repaired = await fleet.program("fleet", "up", broken, "--yes", "--json");
  if (failedIn(repaired.stdout).length > 0)
    throw new Error(`the repaired ${broken} failed:\n${repaired.stdout}`);
  return { companies, seconds, requests };
}

function failedIn(stdout: string): string[] {
  const { companies } = JSON.parse(stdout) as { companies: { company: string; state: string }[] };
  return companies.filter(({ state }) => state !== "done").map(({ company }) => company);
}

/** Seconds of `pulumi preview --refresh` for one company. */
async function plainPreviews(fleet: Fleet): Promise<number> {
  const seconds: number[] = [];
  for (const company of fleet.companies.slice(0, SAMPLE)) {
    const file = fleet.stackFile(company);
    const run = await fleet.pulumi("preview", "--refresh", "--stack", company, "--config-file", file);
    seconds.push(run.seconds);
  }
  return median(seconds);
}

/** Milliseconds added to each request, and seconds of the engine's own command for one company. */
type DriftFigures = { servers: string; delay: number; plain: number } & Awaited<
  ReturnType<typeof measureDrift>
>;

async function measureDrift(fleet: Fleet, companies: number) {
  const all = companies === fleet.companies.length;
  const chosen = all ? ["--all"] : ["--stack", ...fleet.companies.slice(0, companies)];
  const runs = [];
  while (runs.length < SAMPLE) runs.push(await fleet.program("drift", ...chosen, "--json"));
  const peaks = runs.flatMap(({ megabytes }) => megabytes ?? []);
  return {
    companies,
    seconds: median(runs.map(({ seconds }) => seconds)),
    requests: median(runs.map(({ requests }) => requests)),
    megabytes: peaks.length === 0 ? undefined : Math.max(...peaks),
  };
}

const timesFaster = ({ plain, seconds, companies }: DriftFigures): number => (plain * companies) / seconds;

function exceededBounds(drifts: readonly DriftFigures[]): string[] {
  return drifts
    .filter((figures) => figures.companies >= BOUND.companies && timesFaster(figures) < BOUND.times)
    .map(
      (figures) =>
        `drift of ${figures.companies} (${figures.servers}, ${figures.delay} ms away) is only ` +
        `${timesFaster(figures).toFixed(1)} times faster than the engine; at least ${BOUND.times} required`,
    );
}

const requestsPerCompany = ({ requests, companies }: UpFigures): string => (requests / companies).toFixed(1);

function upTable(ups: readonly UpFigures[]): Table {
  const headings = ["`fleet up`, one broken", "Seconds", "Requests each", "Failed"];
  return {
    headings,
    rows: ups.map((figures) => [
      `${figures.companies}, ${figures.servers}`,
      figures.seconds.toFixed(0),
      requestsPerCompany(figures),
      1,
    ]),
  };
}

/** A row for each number of companies; the delays are side by side. */
function driftTable(drifts: readonly DriftFigures[]): Table {
  const perDelay = DELAYS.flatMap((delay) => [`${delay} ms away, s`, "times faster"]);
  const rows = drifts.filter(({ delay }) => delay === DELAYS[0]);
  return {
    headings: ["`drift` of companies", "Requests each", ...perDelay, "At most, MB"],
    rows: rows.map((row) => {
      const same = drifts.filter(
        ({ servers, companies }) => servers === row.servers && companies === row.companies,
      );
      return [
        `${row.companies}, ${row.servers}`,
        requestsPerCompany(row),
        ...same.flatMap((figures) => [figures.seconds.toFixed(2), timesFaster(figures).toFixed(1)]),
        Math.max(...same.map(({ megabytes }) => megabytes ?? 0)).toFixed(0),
      ];
    }),
  };
}
