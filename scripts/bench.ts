import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { type Figures, measure } from "./bench/figures";
import { rewriteGeneratedPart } from "./bench/page";
import { boundsTable, brokenBounds, markdownTable, runsTable } from "./bench/report";
import { openDirectory, type ProgramKind, programKind } from "./bench/site";
import { table } from "../cli/output/table";
import { type Engine, findEngine } from "./engine";

/**
 * Speed and size of the real engine with our resources, against an embedded Pocket ID on this machine: every time is
 * compared with that of an empty program in the same run. Ends with 1 when a bound is broken.
 */
const PAGE = path.join(__dirname, "..", "..", "docs", "measurements.md");

const say = (line: string) => {
  console.log(line);
};

async function main(): Promise<void> {
  for (const name of ["POCKET_ID_URL", "POCKET_ID_API_KEY"]) Reflect.deleteProperty(process.env, name);
  const engine = await findEngine({ progress: say });
  const programs = await programKind(engine);
  const circumstances = describeCircumstances(engine, programs);
  say(circumstances);
  const directory = openDirectory();
  try {
    report(await measure({ engine, programs, directory, progress: say }), circumstances);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function report(figures: Figures, circumstances: string): void {
  const tables = [boundsTable(figures), runsTable(figures)];
  for (const { headings, rows } of tables) say(`\n${table(headings, rows)}`);
  rewriteGeneratedPart(PAGE, [circumstances, ...tables.map(markdownTable)].join("\n\n"));
  say(`\nWritten to ${path.relative(process.cwd(), PAGE)}.`);
  const broken = brokenBounds(figures);
  for (const line of broken) console.error(`Bound broken: ${line}`);
  if (broken.length > 0) process.exitCode = 1;
}

/** What the numbers depend on, in one sentence. */
function describeCircumstances(engine: Engine, programs: ProgramKind): string {
  const date = new Date().toISOString().slice(0, 10);
  return (
    `Measured on ${date} with ${availableParallelism()} cores, Node ${process.versions.node}, ` +
    `Pulumi ${engine.version}, @pulumi/pulumi ${sdkVersion()}; ` +
    (programs === "project"
      ? "programs run in a process of their own."
      : "programs run in the benchmark's process, as this engine has no language host: ratios of time are not judged.")
  );
}

function sdkVersion(): string {
  const file = createRequire(__filename).resolve("@pulumi/pulumi/package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
