import { rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { table } from "../cli/output/table";
import { brokenBounds, lookingTable, upTable } from "./bench-fleet/report";
import { COMPANIES, measureFleets } from "./bench-fleet/measure";
import { rewriteGeneratedPart } from "./bench/page";
import { markdownTable } from "./bench/report";
import { openDirectory, programKind } from "./bench/site";
import { findEngine } from "./engine";

/**
 * Fifty companies: `fleet up` with one broken, and `drift` against the engine's own `preview --refresh`, one company after
 * the other. Embedded Pocket IDs, near and behind 50 ms of network. Ends with 1 when a bound is broken.
 */
const PAGE = path.join(__dirname, "..", "..", "docs", "measurements.md");

const say = (line: string) => {
  console.log(line);
};

async function main(): Promise<void> {
  for (const name of ["POCKET_ID_URL", "POCKET_ID_API_KEY"]) Reflect.deleteProperty(process.env, name);
  const engine = await findEngine({ progress: say });
  if ((await programKind(engine)) === "inline") {
    throw new Error("this engine has no language host, so its own preview can't be measured: install Pulumi");
  }
  // `npm run bench:fleet -- 10` tries it with fewer; that is not for the page.
  const count = Number(process.argv[2] ?? COMPANIES);
  const directory = openDirectory();
  try {
    const figures = await measureFleets(engine, directory, say, count);
    const tables = [upTable(figures), lookingTable(figures)];
    for (const { headings, rows } of tables) say(`\n${table(headings, rows)}`);
    const circumstances =
      `Measured on ${new Date().toISOString().slice(0, 10)} with ${availableParallelism()} cores, ` +
      `Node ${process.versions.node}, Pulumi ${engine.version}.`;
    if (count === COMPANIES) {
      rewriteGeneratedPart(PAGE, [circumstances, ...tables.map(markdownTable)].join("\n\n"), "fleet");
      say(`\nWritten to ${path.relative(process.cwd(), PAGE)}.`);
    }
    const broken = brokenBounds(figures);
    for (const line of broken) console.error(`Bound broken: ${line}`);
    if (broken.length > 0) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
