import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { table } from "../cli/output/table";
import { markdownTable } from "./bench/report";
import { type Engine, findEngine } from "./engine";
import { type Findings, inWords, nameOf, runMatrix } from "./faults/matrix";
import { findingsSummary, findingsTable, rewritePart } from "./faults/report";

/**
 * The failure matrix: every request of a whole `up`, and of an update of everything, fails in every way, and the next `up`
 * must converge. Runs against embedded servers, or real ones that TEST_POCKET_ID_URL (several with commas between) and
 * TEST_POCKET_ID_API_KEY name. Ends with 1 when anything failed. Arguments choose cells: `create:500` or `change:late:3`; then nothing is written.
 */
const CHECKOUT = path.join(__dirname, "..", "..");

/** Below the checkout, so that the engine's plugin finds our packages. */
const CACHE = path.join(CHECKOUT, ".cache", "faults");

/** More than one for each core, since half of the ways make a run wait. */
const SITES = 2 * availableParallelism();

const say = (line: string) => {
  console.log(line);
};

async function main(chosen: readonly string[]): Promise<void> {
  const real = realServers();
  // An admin's own server is none to test with.
  for (const name of ["POCKET_ID_URL", "POCKET_ID_API_KEY"]) Reflect.deleteProperty(process.env, name);
  const engine = await findEngine({ progress: say });
  mkdirSync(CACHE, { recursive: true });
  const directory = mkdtempSync(path.join(CACHE, "run-"));
  const started = performance.now();
  const seconds = () => Math.round((performance.now() - started) / 1_000);
  try {
    const findings = await runMatrix({
      directory,
      servers: real.length === 0 ? Array.from({ length: SITES }, () => "embedded" as const) : real,
      prefix: `faults-${randomBytes(3).toString("hex")}`,
      progress: (line) => {
        say(`${String(seconds()).padStart(5)} s  ${line}`);
      },
      ...(chosen.length === 0
        ? {}
        : {
            choose: (cells) =>
              cells.filter((cell) => chosen.some((name) => `${nameOf(cell)}:`.startsWith(`${name}:`))),
          }),
    });
    report(findings, circumstances(engine, seconds(), real.length), real.length > 0, chosen.length === 0);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function report(findings: Findings, where: string, isReal: boolean, isWhole: boolean): void {
  const counts = findingsTable(findings);
  const summary = `${where} ${findingsSummary(findings)}`;
  say(`\n${table(counts.headings, counts.rows)}\n\n${summary}`);
  const failed = findings.findings.filter(({ problems }) => problems.length > 0);
  for (const finding of failed) console.error(inWords(finding));
  if (failed.length > 0) process.exitCode = 1;
  if (!isWhole) return;
  const page = path.join(CHECKOUT, "docs", "measurements.md");
  rewritePart(page, isReal ? "real" : "embedded", `${summary}\n\n${markdownTable(counts)}`);
}

function circumstances(engine: Engine, seconds: number, real: number): string {
  const date = new Date().toISOString().slice(0, 10);
  const server =
    real === 0 ? `${SITES} embedded servers` : `${real} real Pocket ID (one run on each at a time)`;
  return (
    `Run on ${date} against ${server} in ${Math.ceil(seconds / 60)} minutes, with ${availableParallelism()} cores, Node ` +
    `${process.versions.node} and Pulumi ${engine.version}.`
  );
}

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

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
