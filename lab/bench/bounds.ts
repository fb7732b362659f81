import type { Figures, SizeFigures } from "./figures";

/** What a number may be at most. Times are bounded as ratios within one run, since machines differ. */
export interface Bound {
  readonly what: string;
  readonly measured: number;
  /** Undefined when the number is only shown. */
  readonly limit: number | undefined;
  /** How numbers are written: `requests`, `bytes`, or `times` for a ratio. */
  readonly unit: "requests" | "bytes" | "times";
}

/** Requests grow by a line if those of the biggest size are so close to what the smaller ones foretell. */
const LINEAR = 1.05;

export function bounds(figures: Figures): Bound[] {
  const { programs, company, emptyUp, sizes, hundredOfEach } = figures;
  // In this process an empty program costs nothing, not even the start of Node.js: no measure for real ones.
  const ratio = (limit: number) => (programs === "project" ? limit : undefined);
  const biggest = sizes[sizes.length - 1];
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
      what: "Preview of the company with nothing to do, against an empty program",
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

export function holds({ measured, limit }: Bound): boolean {
  return limit === undefined || measured <= limit;
}

/** The requests of the biggest size, against the line through the two smallest. */
function linear(operation: "up" | "refresh", sizes: readonly SizeFigures[]): Bound[] {
  const [small, middle] = sizes;
  const biggest = sizes[sizes.length - 1];
  if (small === undefined || middle === undefined || biggest === undefined || biggest === middle) return [];
  const rise = middle[operation].requests - small[operation].requests;
  const slope = rise / (middle.resources - small.resources);
  const foretold = small[operation].requests + slope * (biggest.resources - small.resources);
  return [
    {
      what: `Requests of \`${operation}\`: ${biggest.resources} resources, against the line through ${small.resources} and ${middle.resources}`,
      measured: biggest[operation].requests / foretold,
      limit: LINEAR,
      unit: "times",
    },
  ];
}
