import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { openProgress, printJson, type Progress } from "../output";
import { onStack, openProject, type Project } from "../stacks";
import { stackOptions } from "../stacks/commands";
import { reasonOf } from "../engine/programs";
import { askForYes, isTerminal } from "./ask";
import { companiesIn, type Company, stackFolder } from "./companies";
import type { OperationOptions } from "./options";
import { openWorkers, type Operation, type Outcome, type Workers } from "./jobs";
import { type CompanyReport, objectsOf, outcomeText, reportText } from "./report";
import { limitedSchedule, orderedSchedule } from "./schedule";

/** Runs an operation for all chosen companies, and reports how each ended. */
export async function runFleet(operation: Operation, options: OperationOptions): Promise<ExitCode> {
  const mayAsk = operation === "up" || operation === "destroy";
  if (mayAsk && !options.yes && !isTerminal()) {
    throw new Error(`fleet ${operation} asks before it changes anything: use --yes without a terminal`);
  }
  const project = await openProject(options);
  const companies = await companiesIn(project, stackFolder(project, options.directory), options.company);
  const workers = openWorkers();
  try {
    const fleet = { project, workers, options };
    if (mayAsk && !options.yes && !(await confirmed(fleet, operation, companies))) return EXIT_CODES.fine;
    return report(project, operation, options, await runAll(fleet, operation, companies));
  } finally {
    workers.close();
  }
}

interface Fleet {
  readonly project: Project;
  readonly workers: Workers;
  readonly options: OperationOptions;
}

/** Shows what an `up` would change, and asks before `up` and `destroy`. */
async function confirmed(
  fleet: Fleet,
  operation: Operation,
  companies: readonly Company[],
): Promise<boolean> {
  const names = companies.map(({ name }) => name).join(", ");
  const stacks = companies.length === 1 ? `stack ${names}` : `these ${companies.length} stacks, ${names}`;
  if (operation === "destroy") {
    return askForYes(`Destroy everything in ${stacks}?`);
  }
  const previews = await runAll(fleet, "preview", companies);
  process.stderr.write(`${reportText("preview", previews)}\n${objectsOf(previews)}`);
  return askForYes(`Bring up ${stacks}?`);
}

async function runAll(
  fleet: Fleet,
  operation: Operation,
  companies: readonly Company[],
): Promise<CompanyReport[]> {
  const { parallel, "per-server": perServer } = fleet.options;
  const known = new Set(
    (await fleet.project.stacks()).map(({ name }) => name.slice(name.lastIndexOf("/") + 1)),
  );
  const limited = limitedSchedule(parallel, perServer);
  const ordered = orderedSchedule(fleet.project.name, operation, companies);
  const progress = openProgress(companies.map(({ name }) => name));
  const interruption = onInterruption();
  try {
    return await Promise.all(
      companies.map((company) =>
        ordered(company, () =>
          limited(company, async () => {
            const start = performance.now();
            const outcome = interruption.happened
              ? NOT_STARTED
              : await runOne(fleet, operation, company, known.has(company.name), progress);
            const seconds = Math.round((performance.now() - start) / 100) / 10;
            const report = { company: company.name, server: company.server, seconds, ...outcome };
            progress.done(company.name, MARKS[outcome.state], outcomeText(report));
            return report;
          }),
        ),
      ),
    );
  } finally {
    interruption.end();
    progress.close();
  }
}

const MARKS = { done: "fine", skipped: "findings", failed: "error" } as const;
const NOT_STARTED: Outcome = {
  state: "failed",
  changes: {},
  reason: "not started, because the run was interrupted",
};

async function runOne(
  { project, workers, options }: Fleet,
  operation: Operation,
  { name: company, file: stackFile, problem }: Company,
  exists: boolean,
  progress: Progress,
): Promise<Outcome> {
  if (problem !== undefined) return { state: "failed", changes: {}, reason: problem };
  if (!exists && (operation === "refresh" || operation === "destroy")) {
    return { state: "skipped", changes: {}, reason: "its stack was never up" };
  }
  try {
    const passphrase = await project.passphrases.of(company);
    const { refresh, "run-program": runProgram } = options;
    const job = {
      operation,
      company,
      project: project.directory,
      stackFile,
      exists,
      passphrase,
      refresh,
      runProgram,
    };
    const outcome = await workers.run(job, (what) => {
      progress.update(company, what);
    });
    if (outcome.reason === undefined) return outcome;
    return {
      ...outcome,
      reason: onStack(outcome.reason, stackOptions(project.directory, company, stackFile)),
    };
  } catch (error) {
    return { state: "failed", changes: {}, reason: reasonOf(error) };
  }
}

/** Ctrl-C: what runs stops in good order, as the engine onSignals of it too; nothing more is started. The next one ends it. */
function onInterruption() {
  const interruption = {
    happened: false,
    end: () => {
      process.off("SIGINT", onSignal);
    },
  };
  const onSignal = () => {
    if (interruption.happened) process.exit(EXIT_CODES.error);
    interruption.happened = true;
  };
  process.on("SIGINT", onSignal);
  return interruption;
}

function report(
  project: Project,
  operation: Operation,
  { json }: OperationOptions,
  reports: readonly CompanyReport[],
): ExitCode {
  if (json) printJson({ project: project.name, operation, companies: reports });
  else process.stdout.write(reportText(operation, reports));
  return reports.some(({ state }) => state === "failed") ? EXIT_CODES.error : EXIT_CODES.fine;
}
