import { type Bound, bounds, holds } from "./bounds";
import type { Table } from "../report";
import type { Figures } from "./figures";

/** Each bound with what was measured. */
export function boundsTable(figures: Figures): Table {
  const rows = bounds(figures).map((bound) => [
    bound.what,
    written(bound.measured, bound.unit),
    bound.limit === undefined ? "" : written(bound.limit, bound.unit),
    verdict(bound),
  ]);
  return { headings: ["What", "Measured", "At most", "Holds"], rows };
}

/** What each run took, for those who want to know more than whether it is allowed. */
export function runsTable({ company, emptyUp, sizes, withoutCheckpoints }: Figures): Table {
  const seconds = (value: number) => value.toFixed(2);
  const times = (value: number) => (value / emptyUp.seconds).toFixed(1);
  const kilobytes = (bytes: number) => (bytes / 1_000).toFixed(0);
  const biggest = sizes[sizes.length - 1];
  return {
    headings: [
      "Program",
      "`up`, s",
      "of empty",
      "`up`, requests",
      "refresh, s",
      "refresh, requests",
      "state, kB",
    ],
    rows: [
      ["empty", seconds(emptyUp.seconds), "1.0", String(emptyUp.requests), "", "", ""],
      ["company", ...cells(company)],
      ...sizes.map((size) => [`${size.resources} resources`, ...cells(size)]),
      [
        `${biggest?.resources ?? 0} without checkpoints`,
        seconds(withoutCheckpoints.seconds),
        times(withoutCheckpoints.seconds),
        String(withoutCheckpoints.requests),
        "",
        "",
        "",
      ],
    ],
  };

  function cells({ up, refresh, state }: Pick<Figures["company"], "up" | "refresh" | "state">): string[] {
    return [
      seconds(up.seconds),
      times(up.seconds),
      String(up.requests),
      seconds(refresh.seconds),
      String(refresh.requests),
      kilobytes(state.total),
    ];
  }
}

/** One line for each bound that is exceeded. */
export function exceededBounds(figures: Figures): string[] {
  return bounds(figures)
    .filter((bound) => !holds(bound))
    .map(({ what, measured, limit, unit }) => {
      return `${what}: ${written(measured, unit)}, at most ${written(limit ?? 0, unit)} allowed`;
    });
}

function verdict(bound: Bound): string {
  if (bound.limit === undefined) return "not judged";
  return holds(bound) ? "yes" : "NO";
}

function written(value: number, unit: Bound["unit"]): string {
  return unit === "times" ? `${value.toFixed(2)} times` : `${value.toFixed(0)} ${unit}`;
}
