import pLimit from "p-limit";
import { reasonOf } from "../engine/programs";
import { EXIT_CODES, type ExitCode } from "../exit-codes";
import { openProgress, printJson, type Progress } from "../output";
import { onStack, openProject, type Project } from "../stacks";
import { shortNameOf } from "../stacks/files";
import { stackOptions } from "../stacks/project";
import { askForYes, isTerminal } from "./ask";
import type { OperationOptions } from "./options";
import { companiesIn, type Company, stackFolder } from "./companies";
import { openWorkers, type Operation, type Outcome, type Workers } from "./jobs";
import { policiesOf } from "./policies";
import { type CompanyReport, objectsOf, outcomeText, reportText } from "./report";

/** Runs an operation for all chosen companies, and reports how each ended. */
export async function runFleet(operation: Operation, options: OperationOptions): Promise<ExitCode> {
  const asks = (operation === "up" || operation === "destroy") && !options.yes;
  if (asks && !isTerminal()) {
    throw new Error(`fleet ${operation} asks before it changes anything: use --yes without a terminal`);
  }
  const policies = policiesOf(options);
  const project = await openProject(options);
  const companies = await companiesIn(project, stackFolder(project, options.directory), options.company);
  const workers = openWorkers();
  try {
    const fleet = { project, companies, workers, options, policies };
    if (asks && !(await confirmed(fleet, operation))) return EXIT_CODES.fine;
    const reports = await runAll(fleet, operation);
    if (options.json) printJson({ project: project.name, operation, companies: reports });
    else process.stdout.write(reportText(operation, reports));
    return reports.some(({ state }) => state === "failed") ? EXIT_CODES.error : EXIT_CODES.fine;
  } finally {
    workers.close();
  }
}

interface Fleet {
  readonly project: Project;
  readonly companies: readonly Company[];
  readonly workers: Workers;
  readonly options: OperationOptions;
  readonly policies: ReturnType<typeof policiesOf>;
}

/** Shows what an `up` would change, and asks before `up` and `destroy`. */
async function confirmed(fleet: Fleet, operation: Operation): Promise<boolean> {
  const { companies } = fleet;
  const names = companies.map(({ name }) => name).join(", ");
  const stacks = companies.length === 1 ? `stack ${names}` : `these ${companies.length} stacks, ${names}`;
  if (operation === "destroy") return askForYes(`Destroy everything in ${stacks}?`);
  const previews = await runAll(fleet, "preview");
  process.stderr.write(`${reportText("preview", previews)}\n${objectsOf(previews)}`);
  return askForYes(`Bring up ${stacks}?`);
}

async function runAll(fleet: Fleet, operation: Operation): Promise<CompanyReport[]> {
  const stacks = await fleet.project.stacks();
  const known = new Set(stacks.map(({ name }) => shortNameOf(name)));
  const progress = openProgress(fleet.companies.map(({ name }) => name));
  // Ctrl-C: what runs stops in good order, because the engine receives it too, and nothing more is started. The next one ends it.
  let interrupted = false;
  const onInterruption = () => {
    if (interrupted) process.exit(EXIT_CODES.error);
    interrupted = true;
  };
  process.on("SIGINT", onInterruption);
  try {
    return await inTurn(fleet, operation, async (company) => {
      const start = performance.now();
      const outcome = interrupted
        ? failed("not started, because the run was interrupted")
        : await runOne(fleet, operation, company, known.has(company.name), progress);
      const seconds = Math.round((performance.now() - start) / 100) / 10;
      const report = { company: company.name, server: company.server, seconds, ...outcome };
      progress.done(company.name, MARKS[outcome.state], outcomeText(report));
      return report;
    });
  } finally {
    process.off("SIGINT", onInterruption);
    progress.close();
  }
}

const MARKS = { done: "fine", skipped: "findings", failed: "error" } as const;

/**
 * Runs work for every company, with limits for all of them and for those on one Pocket ID.
 *
 * Companies with `nativeClients: attach` join clients that another company of the same Pocket ID owns. So `up` runs them after
 * all that own theirs, and `destroy` runs them first.
 */
async function inTurn(
  { project, companies, options }: Fleet,
  operation: Operation,
  work: (company: Company) => Promise<CompanyReport>,
): Promise<CompanyReport[]> {
  const limit = pLimit(options.parallel);
  const isFirst = ({ config }: Company) =>
    (config[`${project.name}:nativeClients`] === "attach") === (operation === "destroy");
  const runServer = async (server: string) => {
    const ofServer = companies.filter((company) => company.server === server);
    // A company that waits for its server leaves room for companies of other servers.
    const serverLimit = pLimit(options["per-server"]);
    const runThose = (some: readonly Company[]) =>
      Promise.all(some.map((company) => serverLimit(() => limit(() => work(company)))));
    const first = await runThose(ofServer.filter(isFirst));
    return [...first, ...(await runThose(ofServer.filter((company) => !isFirst(company))))];
  };
  const servers = new Set(companies.map(({ server }) => server));
  const reports = (await Promise.all([...servers].map(runServer))).flat();
  return companies.flatMap(({ name }) => reports.filter(({ company }) => company === name));
}

const failed = (reason: string): Outcome => ({ state: "failed", changes: {}, reason });

async function runOne(
  { project, workers, options, policies }: Fleet,
  operation: Operation,
  { name: company, file: stackFile, problem }: Company,
  exists: boolean,
  progress: Progress,
): Promise<Outcome> {
  if (problem !== undefined) return failed(problem);
  if (!exists && (operation === "refresh" || operation === "destroy")) {
    return { state: "skipped", changes: {}, reason: "its stack was never brought up" };
  }
  try {
    const passphrase = await project.passphraseOf(company);
    const { directory } = project;
    const { refresh, "run-program": runProgram } = options;
    const job = {
      operation,
      company,
      project: directory,
      stackFile,
      exists,
      passphrase,
      refresh,
      runProgram,
    };
    const outcome = await workers.run({ ...job, ...policies }, (what) => {
      progress.update(company, what);
    });
    if (outcome.reason === undefined) return outcome;
    return { ...outcome, reason: onStack(outcome.reason, stackOptions(directory, company, stackFile)) };
  } catch (error) {
    return failed(reasonOf(error));
  }
}
