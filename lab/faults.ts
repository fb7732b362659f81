import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { experiment } from "./experiment";
import { nameOf, resultText, runMatrix, resultsSummary, resultsTable } from "./faults/matrix";
import { measuredWith } from "./report";
import { realServers } from "./server";

/** More than one per core, since half of the faults make a run wait. */
const EMULATORS = 2 * availableParallelism();

/**
 * The fault matrix: every request of a whole `up`, and of an update of everything, fails in every way, and the next `up` must
 * converge. Runs against emulators, or the real servers of the environment. Arguments choose cells, such as `create:500` or
 * `change:late:3`.
 */
experiment("faults", async ({ engine, directory, progress }) => {
  const chosen = process.argv.slice(2);
  const real = realServers();
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1_000);
  const matrix = await runMatrix({
    engine,
    directory,
    servers: real.length > 0 ? real : Array.from({ length: EMULATORS }, () => "emulator" as const),
    prefix: `faults-${randomBytes(3).toString("hex")}`,
    progress: (line) => {
      progress(`${String(seconds()).padStart(5)} s  ${line}`);
    },
    choose: (cell) => chosen.length === 0 || chosen.some((name) => `${nameOf(cell)}:`.startsWith(`${name}:`)),
  });
  const servers =
    real.length > 0 ? `${real.length} real Pocket ID (one run on each at a time)` : `${EMULATORS} emulators`;
  const minutes = Math.ceil(seconds() / 60);
  const part = chosen.length > 0 ? undefined : real.length > 0 ? "faults:real" : "faults:emulator";
  return {
    part,
    circumstances: `${measuredWith(engine)} against ${servers} in ${minutes} minutes. ${resultsSummary(matrix)}`,
    // The page has the table of the real ones only.
    tables: part === "faults:emulator" ? [] : [resultsTable(matrix)],
    failures: matrix.results.filter(({ problems }) => problems.length > 0).map(resultText),
  };
});
