import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { Cell } from "../../../lab/faults/cell";
import { inWords, nameOf, runMatrix } from "../../../lab/faults/matrix";
import { testEngine } from "../../support/engine";
import { uniqueName } from "../../support/pocket-id";

/** A few cells of the failure matrix; `npm run test:faults` runs all of them. */
const SAMPLE = [
  "create:not JSON:1",
  "create:lost after:4",
  "create:500:12",
  "create:late:2",
  "create:killed after:3",
  "change:not JSON:14",
  "change:refused:20",
];

const CACHE = path.join(__dirname, "..", "..", ".cache", "faults");

test("whatever fails, the next up converges", async () => {
  await testEngine();
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(path.join(CACHE, "sample-"));
  try {
    const { findings } = await runMatrix({
      directory,
      servers: ["emulator", "emulator"],
      prefix: uniqueName("faults"),
      progress: () => undefined,
      choose: (cells: readonly Cell[]) => cells.filter((cell) => SAMPLE.includes(nameOf(cell))),
    });
    expect(findings).toHaveLength(SAMPLE.length);
    for (const finding of findings) expect(finding.request).toBeDefined();
    expect(findings.filter(({ problems }) => problems.length > 0).map(inWords)).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
