import type { Table } from "../report";
import type { Figures, StackFigures } from "./figures";

/** The highest value that a number may have. */
type Bound = ReturnType<typeof bound>;

/**
 * Times are bounded as ratios within one run, since machines differ.
 * @param limit undefined if the number is only shown
 * @param unit `times` for a ratio
 */
const bound = (
  what: string,
  measured: number,
  limit: number | undefined,
  unit: "requests" | "bytes" | "times",
) => ({ what, measured, limit, unit });

export function bounds({ programs, company, emptyUp, sizes, hundredOfEach }: Figures): Bound[] {
  // In this process an empty program costs nothing, not even the start of Node.js, so ratios mean nothing.
  const ratio = (what: string, measured: number, limit: number) =>
    bound(`${what} / empty program`, measured, programs === "project" ? limit : undefined, "times");
  const biggest = sizes.at(-1);
  if (biggest === undefined) throw new Error("no size was measured");
  const { state, preview, emptyPreview, up, refresh } = company;
  const biggestUp = biggest.up.seconds / emptyUp.seconds;
  return [
    bound("Longest `__provider`", state.handlerText, 120, "bytes"),
    bound("State entry of a Pocket ID resource, median", state.medianEntry, 2_000, "bytes"),
    ratio("Preview without changes", preview.seconds / emptyPreview.seconds, 1.6),
    ratio(`\`up\` of ${biggest.resources} resources`, biggestUp, 6),
    ...linear("up", sizes),
    ...linear("refresh", sizes),
    bound("`up` of the guide from nothing", up.requests, 26, "requests"),
    bound("Refresh of the guide", refresh.requests, 8, "requests"),
    bound("Refresh of 100 groups, claims and clients", hundredOfEach.requests, 106, "requests"),
  ];
}

export const holds = ({ measured, limit }: Bound): boolean => limit === undefined || measured <= limit;

/** The requests of the biggest size, against the line through the two smallest: they grow linearly if they are close to it. */
function linear(operation: "up" | "refresh", sizes: readonly StackFigures[]): Bound[] {
  const [small, middle] = sizes;
  const biggest = sizes.at(-1);
  if (small === undefined || middle === undefined || biggest === undefined || biggest === middle) return [];
  const rise = middle[operation].requests - small[operation].requests;
  const slope = rise / (middle.resources - small.resources);
  const expected = small[operation].requests + slope * (biggest.resources - small.resources);
  const what = `Requests of \`${operation}\`, ${biggest.resources} resources / linear growth`;
  return [bound(what, biggest[operation].requests / expected, 1.05, "times")];
}

/** Each bound with its measurement. */
export function boundsTable(figures: Figures): Table {
  const rows = bounds(figures).map((each) => [
    each.what,
    quantity(each.measured, each.unit),
    each.limit === undefined ? "" : digits(each.limit, each.unit),
  ]);
  return { headings: ["What", "Measured", "At most"], rows };
}

/** One line for each exceeded bound. */
export function exceededBounds(figures: Figures): string[] {
  const exceeded = bounds(figures).filter((each) => !holds(each));
  return exceeded.map(
    ({ what, measured, limit = 0, unit }) =>
      `${what}: ${quantity(measured, unit)}, at most ${quantity(limit, unit)} allowed`,
  );
}

const digits = (value: number, unit: Bound["unit"]): string => value.toFixed(unit === "times" ? 2 : 0);

const quantity = (value: number, unit: Bound["unit"]): string => `${digits(value, unit)} ${unit}`;

/** Times, requests and state of each run. */
export function runsTable({ company, emptyUp, sizes, withoutCheckpoints }: Figures): Table {
  type Row = Pick<StackFigures, "up"> & Partial<StackFigures>;
  const cells = ({ up, refresh, state }: Row) => [
    up.seconds.toFixed(2),
    up.requests,
    refresh?.seconds.toFixed(2) ?? "",
    refresh?.requests ?? "",
    state === undefined ? "" : (state.total / 1_000).toFixed(0),
  ];
  const headings = ["Program", "`up`, s", "requests"];
  return {
    headings: [...headings, "`refresh`, s", "requests", "state, kB"],
    rows: [
      ["empty", ...cells({ up: emptyUp })],
      ["company", ...cells(company)],
      ...sizes.map((size) => [`${size.resources} resources`, ...cells(size)]),
      [`${sizes.at(-1)?.resources ?? 0} without checkpoints`, ...cells({ up: withoutCheckpoints })],
    ],
  };
}
