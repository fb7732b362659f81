import type { Table } from "../report";
import type { Figures, StackFigures } from "./figures";

/** The highest value that a number may have. Times are bounded as ratios within one run, since machines differ. */
export interface Bound {
  readonly what: string;
  readonly measured: number;
  /** Undefined if the number is only shown. */
  readonly limit: number | undefined;
  /** `times` for a ratio. */
  readonly unit: "requests" | "bytes" | "times";
}

/** Requests grow linearly if those of the biggest size are this close to the line through the smaller ones. */
const LINEAR = 1.05;

export function bounds(figures: Figures): Bound[] {
  const { programs, company, emptyUp, sizes, hundredOfEach } = figures;
  // In this process an empty program costs nothing, not even the start of Node.js, so ratios mean nothing.
  const ratio = (limit: number) => (programs === "project" ? limit : undefined);
  const biggest = sizes.at(-1);
  if (biggest === undefined) throw new Error("no size was measured");
  return [
    { what: "`__provider`, the longest", measured: company.state.handlerText, limit: 120, unit: "bytes" },
    {
      what: "State entry of a Pocket ID resource, the median",
      measured: company.state.medianEntry,
      limit: 2_000,
      unit: "bytes",
    },
    {
      what: "Preview of the company without changes, against an empty program",
      measured: company.preview.seconds / company.emptyPreview.seconds,
      limit: ratio(1.6),
      unit: "times",
    },
    {
      what: `\`up\` of ${biggest.resources} resources, against an empty program`,
      measured: biggest.up.seconds / emptyUp.seconds,
      limit: ratio(6),
      unit: "times",
    },
    ...linear("up", sizes),
    ...linear("refresh", sizes),
    { what: "`up` of the guide from nothing", measured: company.up.requests, limit: 26, unit: "requests" },
    { what: "One refresh of the guide", measured: company.refresh.requests, limit: 8, unit: "requests" },
    {
      what: "One refresh of 100 groups with claims, and 100 clients",
      measured: hundredOfEach.requests,
      limit: 106,
      unit: "requests",
    },
  ];
}

export const holds = ({ measured, limit }: Bound): boolean => limit === undefined || measured <= limit;

/** The requests of the biggest size, against the line through the two smallest. */
function linear(operation: "up" | "refresh", sizes: readonly StackFigures[]): Bound[] {
  const [small, middle] = sizes;
  const biggest = sizes.at(-1);
  if (small === undefined || middle === undefined || biggest === undefined || biggest === middle) return [];
  const rise = middle[operation].requests - small[operation].requests;
  const slope = rise / (middle.resources - small.resources);
  const expected = small[operation].requests + slope * (biggest.resources - small.resources);
  const line = `the line through ${small.resources} and ${middle.resources}`;
  return [
    {
      what: `Requests of \`${operation}\`: ${biggest.resources} resources, against ${line}`,
      measured: biggest[operation].requests / expected,
      limit: LINEAR,
      unit: "times",
    },
  ];
}

/** Each bound with its measurement. */
export function boundsTable(figures: Figures): Table {
  const rows = bounds(figures).map((bound) => [
    bound.what,
    quantity(bound.measured, bound.unit),
    bound.limit === undefined ? "" : quantity(bound.limit, bound.unit),
    bound.limit === undefined ? "not judged" : holds(bound) ? "yes" : "NO",
  ]);
  return { headings: ["What", "Measured", "At most", "Holds"], rows };
}

/** One line for each exceeded bound. */
export function exceededBounds(figures: Figures): string[] {
  return bounds(figures)
    .filter((bound) => !holds(bound))
    .map(({ what, measured, limit, unit }) => {
      return `${what}: ${quantity(measured, unit)}, at most ${quantity(limit ?? 0, unit)} allowed`;
    });
}

const quantity = (value: number, unit: Bound["unit"]): string =>
  `${value.toFixed(unit === "times" ? 2 : 0)} ${unit}`;

/** Times, requests and state of each run. */
export function runsTable({ company, emptyUp, sizes, withoutCheckpoints }: Figures): Table {
  type Row = Pick<StackFigures, "up"> & Partial<StackFigures>;
  const cells = ({ up, refresh, state }: Row) => [
    up.seconds.toFixed(2),
    (up.seconds / emptyUp.seconds).toFixed(1),
    String(up.requests),
    refresh?.seconds.toFixed(2) ?? "",
    refresh === undefined ? "" : String(refresh.requests),
    state === undefined ? "" : (state.total / 1_000).toFixed(0),
  ];
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
      ["empty", ...cells({ up: emptyUp })],
      ["company", ...cells(company)],
      ...sizes.map((size) => [`${size.resources} resources`, ...cells(size)]),
      [`${sizes.at(-1)?.resources ?? 0} without checkpoints`, ...cells({ up: withoutCheckpoints })],
    ],
  };
}
