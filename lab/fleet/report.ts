import type { Table } from "../report";
import type { FleetFigures, Looking } from "./measure";

/** From this many companies on, looking at them must be so much faster than the engine's own way. */
const BOUND = { companies: 10, times: 4 };

export const timesFaster = ({ plain, seconds, companies }: Looking): number => (plain * companies) / seconds;

/** What is slower than it may be, in words. */
export function exceededBounds({ looking }: FleetFigures): string[] {
  return looking
    .filter((figures) => figures.companies >= BOUND.companies && timesFaster(figures) < BOUND.times)
    .map(
      (figures) =>
        `drift of ${figures.companies} (${where(figures)}, ${figures.delay} ms away) is ` +
        `${timesFaster(figures).toFixed(1)} times faster than the engine, not ${BOUND.times}`,
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
      `${figures.companies} companies, ${where(figures)}`,
      figures.seconds.toFixed(0),
      (figures.seconds / figures.companies).toFixed(2),
      (figures.requests / figures.companies).toFixed(1),
      String(figures.done),
      `${figures.failed.length}, the broken one`,
    ]),
  };
}

export function lookingTable({ looking }: FleetFigures): Table {
  return {
    headings: [
      "`drift`",
      "Delay, ms",
      "Seconds",
      "per company",
      "`preview --refresh`",
      "times faster",
      "Requests per company",
      "Memory, MB",
    ],
    rows: looking.map((figures) => [
      `${figures.companies === 1 ? "1 company" : `${figures.companies} companies`}, ${where(figures)}`,
      String(figures.delay),
      figures.seconds.toFixed(2),
      (figures.seconds / figures.companies).toFixed(2),
      figures.plain.toFixed(2),
      timesFaster(figures).toFixed(1),
      (figures.requests / figures.companies).toFixed(1),
      figures.megabytes?.toFixed(0) ?? "",
    ]),
  };
}

const where = ({ shared }: { shared: boolean }) => (shared ? "one Pocket ID" : "a Pocket ID each");
