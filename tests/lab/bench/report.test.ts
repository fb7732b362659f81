import { type Figures, type StackFigures, stateSize } from "../../../lab/bench/figures";
import { bounds, exceededBounds, holds } from "../../../lab/bench/report";
import { median, rewriteGenerated, textTable } from "../../../lab/report";

const run = (seconds: number, requests = 0) => ({ seconds, requests });
const state = { total: 50_000, medianEntry: 1_900, handlerText: 90 };
const size = (resources: number, seconds: number): StackFigures => ({
  resources,
  up: run(seconds, 2 * resources),
  refresh: run(1, 3 + resources / 3),
  state,
});

/** Exactly at each bound. */
const figures: Figures = {
  programs: "project",
  company: {
    resources: 20,
    up: run(2, 26),
    refresh: run(1, 8),
    preview: run(1.6),
    emptyPreview: run(1),
    state,
  },
  emptyUp: run(1),
  sizes: [size(10, 1.2), size(100, 2), size(400, 6)],
  withoutCheckpoints: run(3),
  hundredOfEach: run(1, 106),
};

test("numbers at their bounds exceed none", () => {
  expect(exceededBounds(figures)).toEqual([]);
});

test("each exceeded bound has one line that names it", () => {
  const { company } = figures;
  const worse: Figures = {
    ...figures,
    company: {
      ...company,
      up: run(2, 27),
      refresh: run(1, 9),
      preview: run(1.7),
      state: { ...state, medianEntry: 2_001 },
    },
    sizes: [size(10, 1.2), size(100, 2), { ...size(400, 6.1), up: run(6.1, 1_000) }],
    hundredOfEach: run(1, 107),
  };
  expect(exceededBounds(worse)).toEqual([
    "State entry of a Pocket ID resource, median: 2001 bytes, at most 2000 bytes allowed",
    "Preview without changes / empty program: 1.70 times, at most 1.60 times allowed",
    "`up` of 400 resources / empty program: 6.10 times, at most 6.00 times allowed",
    "Requests of `up`, 400 resources / linear growth: 1.25 times, at most 1.05 times allowed",
    "`up` of the guide from nothing: 27 requests, at most 26 requests allowed",
    "Refresh of the guide: 9 requests, at most 8 requests allowed",
    "Refresh of 100 groups, claims and clients: 107 requests, at most 106 requests allowed",
  ]);
});

test("without a language host, ratios of time are shown and not judged; requests are", () => {
  const inline: Figures = { ...figures, programs: "inline", emptyUp: run(0.1), hundredOfEach: run(1, 107) };
  const unjudged = bounds(inline).filter(({ limit }) => limit === undefined);
  expect(unjudged.map(({ measured }) => Math.round(measured * 10) / 10)).toEqual([1.6, 60]);
  expect(unjudged.every(holds)).toBe(true);
  expect(exceededBounds(inline)).toHaveLength(1);
});

test("the state's size counts what is in Pocket ID, and the longest handler text of all", () => {
  const entry = (type: string, __provider: string) => ({
    type: `pulumi-nodejs:dynamic/pocketid:${type}`,
    inputs: { __provider },
  });
  const group = entry("UserGroup", "ü");
  const entries = [group, group, entry("LocalFiles", "longer"), { type: "pulumi:pulumi:Stack" }];
  const bytes = Buffer.byteLength(JSON.stringify(group));
  expect(stateSize(entries)).toMatchObject({ medianEntry: bytes, handlerText: 6 });
});

test("the median is the middle, or the mean of two in the middle", () => {
  expect([median([9, 1, 2]), median([4, 1, 2, 9]), median([5])]).toEqual([2, 3, 5]);
  expect(() => median([])).toThrow("has no median");
});

test("only what stands between the markers of the page is rewritten", () => {
  const page = "before\n<!-- bench:start -->\n\nold\n\n<!-- bench:end -->\nafter\n";
  const once = rewriteGenerated(page, "new", "bench");
  expect(once).toBe("before\n<!-- bench:start -->\n\nnew\n\n<!-- bench:end -->\nafter\n");
  expect(rewriteGenerated(once, "new", "bench")).toBe(once);
  expect(() => rewriteGenerated("no markers", "new", "bench")).toThrow("lacks its markers");
});

test("tables are blocks of text: numbers to the right, words to the left", () => {
  const rows = [
    ["a longer one", "x", 1000],
    ["`up`", "any", ""],
  ];
  expect(textTable({ headings: ["What", "How", "n, `s`"], rows, texts: 2 })).toBe(
    "```text\nWhat          How  n, s\na longer one  x    1000\nup            any\n```",
  );
});
