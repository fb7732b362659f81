import type { Table } from "../report";
import type { DriftFigures, FleetFigures } from "./measure";

/** From this number of companies on, `drift` must be this much faster than the engine. */
const BOUND = { companies: 10, times: 4 };

const timesFaster = ({ plain, seconds, companies }: DriftFigures): number => (plain * companies) / seconds;

/** One line for each exceeded bound. */
export function exceededBounds({ drift }: FleetFigures): string[] {
  return drift
    .filter((figures) => figures.companies >= BOUND.companies && timesFaster(figures) < BOUND.times)
    .map(
      (figures) =>
        `drift of ${figures.companies} (${servers(figures)}, ${figures.delay} ms away) is only ` +
        `${timesFaster(figures).toFixed(1)} times faster than the engine; at least ${BOUND.times} required`,
    );
}

export function upTable({ up }: FleetFigures): Table {
  return {
    headings: [
      "`fleet up`, one company broken",
      "Seconds",
      "per company",
      "Requests per company",
      "Up",
      "Failed",
    ],
    rows: up.map((figures) => [
      `${figures.companies} companies, ${servers(figures)}`,
      figures.seconds.toFixed(0),
      ...perCompany(figures),
      String(figures.done),
      `${figures.failed.length}, the broken one`,
    ]),
  };
}

export function driftTable({ drift }: FleetFigures): Table {
  return {
    headings: [
      "`drift`",
      "Delay, ms",
      "Seconds",
      "per company",
      "Requests per company",
      "`preview --refresh`",
      "times faster",
      "Memory, MB",
    ],
    rows: drift.map((figures) => [
      `${figures.companies === 1 ? "1 company" : `${figures.companies} companies`}, ${servers(figures)}`,
      String(figures.delay),
      figures.seconds.toFixed(2),
      ...perCompany(figures),
      figures.plain.toFixed(2),
      timesFaster(figures).toFixed(1),
      figures.megabytes?.toFixed(0) ?? "",
    ]),
  };
}

type Totals = Readonly<Record<"seconds" | "requests" | "companies", number>>;

const perCompany = ({ seconds, requests, companies }: Totals): string[] => [
  (seconds / companies).toFixed(2),
  (requests / companies).toFixed(1),
];

const servers = ({ shared }: { shared: boolean }) => (shared ? "one Pocket ID" : "a Pocket ID each");
