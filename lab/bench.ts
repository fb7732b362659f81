import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { measure } from "./bench/figures";
import { boundsTable, exceededBounds, runsTable } from "./bench/report";
import { type ProgramKind, programKind } from "./bench/stack";
import { experiment } from "./experiment";
import { measuredWith } from "./report";

/**
 * Speed and state size of the real engine with our resources, against an emulator on this machine. Every time is compared with
 * that of an empty program in the same run.
 */
experiment("bench", async (laboratory) => {
  const programs = await programKind(laboratory.engine);
  const figures = await measure({ ...laboratory, programs });
  return {
    part: "bench",
    circumstances: `${measuredWith(laboratory.engine)}, @pulumi/pulumi ${sdkVersion()}; ${WHERE[programs]}`,
    tables: [boundsTable(figures), runsTable(figures)],
    failures: exceededBounds(figures),
  };
});

const WHERE: Readonly<Record<ProgramKind, string>> = {
  project: "programs run in their own process.",
  inline:
    "programs run in the benchmark's process, since this engine has no language host: ratios of time are not judged.",
};

function sdkVersion(): string {
  const file = createRequire(__filename).resolve("@pulumi/pulumi/package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
