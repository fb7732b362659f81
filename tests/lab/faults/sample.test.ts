import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { nameOf, resultText, runMatrix } from "../../../lab/faults/matrix";
import { testEngine } from "../../support/engine";
import { uniqueName } from "../../support/pocket-id";

/** A few cells of the fault matrix; `npm run test:faults` runs all of them. */
const SAMPLE = [
  "create:not JSON:1",
  "create:lost after:4",
  "create:500:12",
  "create:late:2",
  "create:killed after:3",
  "change:not JSON:14",
  "change:refused:20",
];

const CACHE = path.join(__dirname, "..", "..", "..", ".cache", "faults");

test("whatever fails, the next up converges", async () => {
  const engine = await testEngine();
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(path.join(CACHE, "sample-"));
  try {
    const { results } = await runMatrix({
      engine,
      directory,
      servers: ["emulator", "emulator"],
      prefix: uniqueName("faults"),
      progress: () => undefined,
      choose: (cell) => SAMPLE.includes(nameOf(cell)),
    });
    expect(results).toHaveLength(SAMPLE.length);
    for (const { request } of results) expect(request).toBeDefined();
    expect(results.filter(({ problems }) => problems.length > 0).map(resultText)).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
