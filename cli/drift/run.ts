import { appendFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import pLimit from "p-limit";
import { reasonOf } from "../engine/programs";
import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { intoFile, openProgress, type Progress, printJson } from "../output";
import {
  chooseStacks,
  hiddenIn,
  onStack,
  openProject,
  type Project,
  readSnapshot,
  type StackSnapshot,
} from "../stacks";
import { uncheckedInSwarm } from "../stacks/swarm";
import type { DriftOptions } from "./options";
import { findContainerDrift, inDocker } from "./docker";
import { findDrift, watchedOf } from "./find";
import type { StackReport } from "./finding";
import { findKubernetesDrift, inKubernetes } from "./kubernetes";
import { inJunit, inMarkdown, reportText, resultText } from "./report";
import { findUnmanaged } from "./unmanaged";

const REPLACE_KEY =
  "create a new one, run `pulumi config set --secret pocketid:apiKey` and `pulumi up`, and delete the old one in Pocket ID";

/** Checks the chosen stacks and prints the findings. */
export async function runDrift(options: DriftOptions): Promise<ExitCode> {
  const project = await openProject(options);
  const stacks = await chooseStacks(project, options);
  // Resolved before the current folder changes.
  const [markdown, junit] = [options.markdown, options.junit].map((file) => file && resolve(file));
  const progress = openProgress(stacks);
  const { reports, snapshots } = await checkAll(project, stacks, options, progress);
  progress.close();
  for (const { name, options: its } of snapshots.filter(({ hasKeyInClear }) => hasKeyInClear)) {
    console.error(
      `warning: the API key is in clear in the state of stack '${name}': ${onStack(REPLACE_KEY, its)}`,
    );
  }
  for (const snapshot of options.skip.includes("docker") ? [] : snapshots) {
    const note = uncheckedInSwarm(snapshot, onStack("`pulumi preview --refresh`", snapshot.options));
    if (note !== undefined) console.error(note);
  }

  if (options.json) printJson({ project: project.name, stacks: reports });
  else process.stdout.write(reportText(reports));
  // Last, so that the result is printed even if a file can't be written.
  if (markdown !== undefined) {
    await intoFile("--markdown", markdown, (file) => appendFile(file, inMarkdown(project.name, reports)));
  }
  if (junit !== undefined) {
    await intoFile("--junit", junit, (file) => writeFile(file, inJunit(project.name, reports, options)));
  }
  return exitCodeOf(reports, options);
}

/** Errors come first: if something couldn't be checked, the lack of findings means nothing. */
export function exitCodeOf(
  reports: readonly StackReport[],
  { strict }: Pick<DriftOptions, "strict">,
): ExitCode {
  if (reports.some(({ errors }) => errors.length > 0)) return EXIT_CODES.error;
  const counts = reports.some(({ findings }) => findings.some(({ kind }) => strict || kind !== "unmanaged"));
  return counts ? EXIT_CODES.findings : EXIT_CODES.fine;
}

/** Reads all snapshots first: an object is unmanaged only if none of the stacks manages it. */
async function checkAll(
  project: Project,
  stacks: readonly string[],
  options: DriftOptions,
  progress: Progress,
): Promise<{ reports: StackReport[]; snapshots: StackSnapshot[] }> {
  // Handlers resolve relative paths in state from the folder in which the engine starts them.
  process.chdir(project.programDirectory);
  const limit = pLimit(options.parallel);
  const reading = stacks.map((stack) =>
    limit(async () => {
      progress.update(stack, "reading its state");
      return { stack, read: await attempt(readSnapshot(project, stack)) };
    }),
  );
  const all = await Promise.all(reading);
  const snapshots = all.flatMap(({ read }) => read.answers);
  const checking = all.map(({ stack, read: { answers, errors } }) =>
    limit(async () => {
      const [snapshot] = answers;
      const report =
        snapshot === undefined
          ? { stack, objects: 0, findings: [], errors }
          : await check(snapshot, snapshots, options, progress);
      const [error] = report.errors;
      const outcome = report.findings.length === 0 ? "fine" : "findings";
      progress.done(stack, error === undefined ? outcome : "error", error ?? resultText(report));
      return report;
    }),
  );
  return { reports: await Promise.all(checking), snapshots };
}

/** A part that can't be checked doesn't stop the others. */
async function check(
  snapshot: StackSnapshot,
  all: readonly StackSnapshot[],
  { skip, "show-values": showValues }: DriftOptions,
  progress: Progress,
): Promise<StackReport> {
  progress.update(snapshot.name, "checking");
  const watched = watchedOf(snapshot).filter(
    ({ handler }) => !skip.includes(handler === "localFiles" ? "files" : "pocket-id"),
  );
  const containers = skip.includes("docker") ? [] : inDocker(snapshot);
  const objects = skip.includes("kubernetes") ? [] : inKubernetes(snapshot);
  const parts = await Promise.all([
    attempt(findDrift(snapshot, watched)),
    attempt(findContainerDrift(snapshot, containers, showValues)),
    attempt(findKubernetesDrift(snapshot, objects, showValues)),
    ...(skip.includes("pocket-id") ? [] : [attempt(findUnmanaged(snapshot, all))]),
  ]);
  const errors = new Set(parts.flatMap((part) => part.errors));
  const report = {
    stack: snapshot.name,
    objects: watched.length + containers.length + objects.length,
    findings: parts.flatMap(({ answers }) => answers.flat()),
    errors: [...errors].map((error) => onStack(error, snapshot.options)),
  };
  // Programs compare stack names, kinds and URNs, which are never values of properties.
  return hiddenIn(report, snapshot.hide, ["stack", "kind", "urns"]);
}

/** The answer alone, or the error alone. */
async function attempt<T>(answer: Promise<T>): Promise<{ answers: T[]; errors: string[] }> {
  try {
    return { answers: [await answer], errors: [] };
  } catch (error) {
    return { answers: [], errors: [reasonOf(error)] };
  }
}
