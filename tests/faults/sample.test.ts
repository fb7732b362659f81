import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { Cell } from "../../scripts/faults/cell";
import { inWords, nameOf, runMatrix } from "../../scripts/faults/matrix";
import { embeddedServer } from "../../scripts/faults/pocket-id";
import { testEngine } from "../support/engine";
import { uniqueName } from "../support/pocket-id";

/** A few cells of the failure matrix; `npm run test:faults` runs all of them. */
const SAMPLE = [
  "create:lost after:8",
  "create:500:12",
  "create:late:2",
  "create:killed after:3",
  "change:not JSON:14",
  "change:refused:20",
];

const CACHE = path.join(__dirname, "..", "..", ".cache", "faults");

test("whatever fails, the next up converges", async () => {
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(path.join(CACHE, "sample-"));
  try {
    const { findings } = await runMatrix({
      engine: await testEngine(),
      directory,
      servers: [embeddedServer, embeddedServer],
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
