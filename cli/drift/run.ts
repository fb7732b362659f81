import { resolve } from "node:path";
import pLimit from "p-limit";
import { reasonOf } from "../engine/reason";
import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { intoFile, openProgress, type Progress, printJson } from "../output";
import {
  chooseStacks,
  hiddenIn,
  openProject,
  type Project,
  readSnapshot,
  type StackSnapshot,
} from "../stacks";
import { onStack } from "../stacks/commands";
import type { DriftOptions, Place } from "./command";
import { findContainerDrift, inDocker } from "./docker";
import { findDrift, watchedOf } from "./find";
import type { Finding, StackReport } from "./finding";
import { findUnmanaged } from "./unmanaged";
import { writeJunit } from "./junit";
import { appendMarkdown } from "./markdown";
import { inText } from "./text";

/** Looks at the chosen stacks and writes what it found. */
export async function runDrift(options: DriftOptions): Promise<ExitCode> {
  const project = await openProject(options);
  const stacks = await chooseStacks(project, options);
  // Before the folder changes: these count from where the user is.
  const [markdown, junit] = [options.markdown, options.junit].map((file) => file && resolve(file));
  const progress = openProgress(stacks);
  const { reports, snapshots } = await lookAtAll(project, stacks, options, progress);
  progress.close();
  for (const { name, options: its } of snapshots.filter(({ hasKeyInClear }) => hasKeyInClear)) {
    console.error(
      `warning: stack '${name}' has its API key in clear in its state: ${onStack(REPLACE_KEY, its)}`,
    );
  }

  if (options.json) printJson({ project: project.name, stacks: reports });
  else process.stdout.write(inText(reports));
  // Afterwards: a file that can't be written takes nobody's answer away.
  if (markdown !== undefined) {
    await intoFile("--markdown", markdown, (file) => appendMarkdown(file, project.name, reports));
  }
  if (junit !== undefined) {
    await intoFile("--junit", junit, (file) => writeJunit(file, project.name, reports, options));
  }
  return exitCodeOf(reports, options);
}

/** An error wins: where something could not be looked at, no findings mean nothing. */
export function exitCodeOf(
  reports: readonly StackReport[],
  { strict }: Pick<DriftOptions, "strict">,
): ExitCode {
  if (reports.some(({ errors }) => errors.length > 0)) return EXIT_CODES.error;
  const counts = reports.some(({ findings }) => findings.some(({ kind }) => strict || kind !== "unmanaged"));
  return counts ? EXIT_CODES.findings : EXIT_CODES.fine;
}

/** All snapshots first: only who knows every stack can say what none of them manages. */
async function lookAtAll(
  project: Project,
  stacks: readonly string[],
  options: DriftOptions,
  progress: Progress,
): Promise<{ reports: StackReport[]; snapshots: readonly StackSnapshot[] }> {
  // Where relative paths in state count from, the handlers find out by the folder that the engine starts them in.
  process.chdir(project.programDirectory);
  const limit = pLimit(options.parallel);
  const read = await Promise.all(
    stacks.map((stack) =>
      limit(async () => {
        progress.say(stack, "reading its state");
        return attempt(() => readSnapshot(project, stack));
      }),
    ),
  );
  const snapshots = read.flatMap(({ answer }) => (answer === undefined ? [] : [answer]));
  const reports = await Promise.all(
    stacks.map((stack, index) =>
      limit(async () => {
        const { answer: snapshot, errors = [] } = read[index] ?? {};
        const report =
          snapshot === undefined
            ? { stack, objects: 0, findings: [], errors }
            : await lookAt(snapshot, snapshots, options, progress);
        progress.done(stack, ...outcomeOf(report));
        return report;
      }),
    ),
  );
  return { reports, snapshots };
}

const REPLACE_KEY =
  "make a new one, run `pulumi config set --secret pocketid:apiKey` and `pulumi up`, and delete the old one in Pocket ID";

/** What can't be looked at does not keep the rest from being told. */
async function lookAt(
  snapshot: StackSnapshot,
  all: readonly StackSnapshot[],
  { skip, "show-values": showValues }: DriftOptions,
  progress: Progress,
): Promise<StackReport> {
  progress.say(snapshot.name, "looking at what is there");
  const watched = watchedOf(snapshot).filter(({ handler }) => !skip.includes(placeOf(handler)));
  const containers = skip.includes("docker") ? [] : inDocker(snapshot);
  const parts = await Promise.all([
    attempt(() => findDrift(snapshot, watched)),
    attempt(() => findContainerDrift(snapshot, containers, showValues)),
    attempt(async () => (skip.includes("pocket-id") ? [] : await findUnmanaged(snapshot, all))),
  ]);
  const report = {
    stack: snapshot.name,
    objects: watched.length + containers.length,
    findings: parts.flatMap(({ answer }): readonly Finding[] => answer ?? []),
    errors: [...new Set(parts.flatMap(({ errors }) => errors ?? []))].map((error) =>
      onStack(error, snapshot.options),
    ),
  };
  // Programs compare names of stacks, kinds and URNs, and none of these is a value of a property.
  return hiddenIn(report, snapshot.hide, ["stack", "kind", "urns"]);
}

const placeOf = (handler: string | undefined): Place => (handler === "localFiles" ? "files" : "pocket-id");

interface Attempt<T> {
  readonly answer?: T;
  readonly errors?: readonly string[];
}

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { answer: await work() };
  } catch (error) {
    return { errors: [reasonOf(error)] };
  }
}

function outcomeOf({ objects, findings, errors }: StackReport): ["fine" | "findings" | "error", string] {
  const [first] = errors;
  if (first !== undefined) return ["error", first];
  const drift = findings.filter(({ kind }) => kind !== "unmanaged").length;
  const strange = findings.length - drift;
  const looked = `${objects} objects as they should be`;
  if (findings.length === 0) return ["fine", looked];
  const not = strange === 0 ? "" : `${strange} not managed`;
  if (drift === 0) return ["findings", `${looked}, ${not}`];
  return ["findings", [`${drift} changed by hand`, ...(not === "" ? [] : [not])].join(", ")];
}
