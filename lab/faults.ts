import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { experiment } from "./experiment";
import { inWords, nameOf, runMatrix } from "./faults/matrix";
import { findingsSummary, findingsTable } from "./faults/report";
import { measuredWith } from "./report";

/** More than one for each core, since half of the faults make a run wait. */
const SITES = 2 * availableParallelism();

/**
 * The failure matrix: every request of a whole `up`, and of an update of everything, fails in every way, and the next `up` must
 * converge. Runs against emulators, or real servers: TEST_POCKET_ID_URL (several, separated by commas) and
 * TEST_POCKET_ID_API_KEY. Arguments choose cells, such as `create:500` or `change:late:3`.
 */
experiment("faults", async ({ engine, directory, progress }) => {
  const chosen = process.argv.slice(2);
  const real = realServers();
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1_000);
  const findings = await runMatrix({
    directory,
    servers: real.length === 0 ? Array.from({ length: SITES }, () => "emulator" as const) : real,
    prefix: `faults-${randomBytes(3).toString("hex")}`,
    progress: (line) => {
      progress(`${String(seconds()).padStart(5)} s  ${line}`);
    },
    ...(chosen.length === 0
      ? {}
      : {
          choose: (cells) =>
            cells.filter((cell) => chosen.some((name) => `${nameOf(cell)}:`.startsWith(`${name}:`))),
        }),
  });
  const servers =
    real.length === 0 ? `${SITES} emulators` : `${real.length} real Pocket ID (one run on each at a time)`;
  const minutes = Math.ceil(seconds() / 60);
  return {
    part: chosen.length > 0 ? undefined : real.length > 0 ? "faults:real" : "faults:emulator",
    circumstances: `${measuredWith(engine)} against ${servers} in ${minutes} minutes. ${findingsSummary(findings)}`,
    tables: [findingsTable(findings)],
    failures: findings.findings.filter(({ problems }) => problems.length > 0).map(inWords),
  };
});

function realServers() {
  const urls = (process.env["TEST_POCKET_ID_URL"] ?? "")
    .split(",")
    .map((url) => url.trim().replace(/\/+$/, ""));
  const given = urls.filter((url) => url !== "");
  const apiKey = process.env["TEST_POCKET_ID_API_KEY"] ?? "";
  if ((given.length === 0) !== (apiKey === "")) {
    throw new Error("TEST_POCKET_ID_URL and TEST_POCKET_ID_API_KEY are set together or not at all");
  }
  return given.map((url) => ({ url, apiKey }));
}
