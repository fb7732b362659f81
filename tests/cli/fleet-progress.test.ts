import { openProgress, sizeOf } from "../../cli/output";

const ESCAPE = String.fromCharCode(27);
const PIECES = new RegExp(`${ESCAPE}\\[(\\d+)A|(${ESCAPE}\\[J)|${ESCAPE}\\[\\d+m|[^${ESCAPE}\n]+|\n`, "g");

/** What a terminal with this number of rows shows in the end: the two escapes that are used, and lines. */
function screenOf(
  rows: number,
  work: (progress: ReturnType<typeof openProgress>) => void,
  stacks: string[],
): string[] {
  const lines: string[] = [];
  let at = 0;
  const write = (text: string) => {
    for (const [piece, up, clear] of text.matchAll(PIECES)) {
      if (up !== undefined) at -= Number(up);
      else if (clear !== undefined) lines.length = at;
      else if (piece === "\n") at += 1;
      else if (!piece.startsWith(ESCAPE)) lines[at] = (lines[at] ?? "") + piece;
      // What has left the screen can't be written over.
      if (at < 0) throw new Error("the cursor left the screen");
    }
  };
  const progress = openProgress(stacks, { isTTY: true, columns: 60, rows, write });
  work(progress);
  progress.close();
  return lines;
}

const run = (progress: ReturnType<typeof openProgress>) => {
  progress.update("b", "making group ocisAdmin");
  progress.update("a", "reading");
  progress.done("b", "fine", "20 create");
  progress.update("c", "reading");
  progress.done("a", "error", "HTTP 401");
};

test("on a terminal each company has a line, in their order", () => {
  expect(screenOf(24, run, ["a", "b", "c", "d"])).toEqual([
    "✗ a  HTTP 401",
    "✓ b  20 create",
    "· c  reading",
    "· d  waiting",
  ]);
});

test("where more companies are than fit, the running ones stand below those that have ended", () => {
  expect(screenOf(4, run, ["a", "b", "c", "d"])).toEqual(["✓ b  20 create", "✗ a  HTTP 401", "· c  reading"]);
});

test("a terminal that does not know its size has 80 columns and 24 rows", () => {
  expect([sizeOf({}), sizeOf({ columns: 0, rows: 0 }), sizeOf({ columns: 60, rows: 10 })]).toEqual([
    { columns: 80, rows: 24 },
    { columns: 80, rows: 24 },
    { columns: 60, rows: 10 },
  ]);
});

test("a line that would wrap is cut", () => {
  const [line = ""] = screenOf(
    24,
    (progress) => {
      progress.update("a", "x".repeat(100));
    },
    ["a"],
  );
  expect([line.length, line.endsWith("…")]).toEqual([59, true]);
});
