import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { openProgress, printJson, type Progress } from "../output";
import { openProject, type Project } from "../stacks";
import { onStack, stackOptions } from "../stacks/commands";
import { reasonOf } from "../engine/reason";
import { askForYes, isTerminal } from "./ask";
import { companiesIn, type Company, stackFolder } from "./companies";
import type { OperationOptions } from "./command";
import type { Operation, Outcome } from "./job";
import { openOrder } from "./order";
import { openPlaces } from "./places";
import { type CompanyReport, inText, inWords, objectsOf } from "./report";
import { openWorkers, type Workers } from "./workers";

/** Does something with all companies of a folder, and says how each ended. */
export async function runFleet(operation: Operation, options: OperationOptions): Promise<ExitCode> {
  const mayAsk = operation === "up" || operation === "destroy";
  if (mayAsk && !options.yes && !isTerminal()) {
    throw new Error(`fleet ${operation} asks before it changes anything: say --yes where nobody can answer`);
  }
  const project = await openProject(options);
  const companies = await companiesIn(project, stackFolder(project, options.directory), options.company);
  const workers = openWorkers();
  try {
    const fleet = { project, workers, options };
    if (mayAsk && !options.yes && !(await agreed(fleet, operation, companies))) return EXIT_CODES.fine;
    return tell(project, operation, options, await runAll(fleet, operation, companies));
  } finally {
    workers.close();
  }
}

interface Fleet {
  readonly project: Project;
  readonly workers: Workers;
  readonly options: OperationOptions;
}

/** Shows what an `up` would do, or what a `destroy` takes away, and asks. */
async function agreed(fleet: Fleet, operation: Operation, companies: readonly Company[]): Promise<boolean> {
  const names = companies.map(({ name }) => name).join(", ");
  const stacks = companies.length === 1 ? `stack ${names}` : `these ${companies.length} stacks, ${names}`;
  if (operation === "destroy") {
    return askForYes(`Destroy everything made by ${stacks}?`);
  }
  const previews = await runAll(fleet, "preview", companies);
  process.stderr.write(`${inText("preview", previews)}\n${objectsOf(previews)}`);
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
  const places = openPlaces(parallel, perServer);
  const inOrder = openOrder(fleet.project.name, operation, companies);
  const progress = openProgress(companies.map(({ name }) => name));
  const interruption = watchForInterruption();
  try {
    return await Promise.all(
      companies.map((company) =>
        inOrder(company, () =>
          places(company.server, async () => {
            const start = performance.now();
            const outcome = interruption.came
              ? NOT_STARTED
              : await runOne(fleet, operation, company, known.has(company.name), progress);
            const seconds = Math.round((performance.now() - start) / 100) / 10;
            const report = { company: company.name, server: company.server, seconds, ...outcome };
            progress.done(company.name, MARKS[outcome.state], inWords(report));
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
const NOT_STARTED: Outcome = { state: "failed", changes: {}, reason: "not started: it was interrupted" };

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
      progress.say(company, what);
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

/** Ctrl-C: what runs stops in good order, as the engine hears of it too; nothing more is started. The next one ends it. */
function watchForInterruption() {
  const interruption = {
    came: false,
    end: () => {
      process.off("SIGINT", hear);
    },
  };
  const hear = () => {
    if (interruption.came) process.exit(EXIT_CODES.error);
    interruption.came = true;
  };
  process.on("SIGINT", hear);
  return interruption;
}

function tell(
  project: Project,
  operation: Operation,
  { json }: OperationOptions,
  reports: readonly CompanyReport[],
): ExitCode {
  if (json) printJson({ project: project.name, operation, companies: reports });
  else process.stdout.write(inText(operation, reports));
  return reports.some(({ state }) => state === "failed") ? EXIT_CODES.error : EXIT_CODES.fine;
}
