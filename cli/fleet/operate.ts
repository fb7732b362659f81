import { type EngineEvent, LocalWorkspace, type PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Engine } from "../engine";
import { diagnosticLine, engineError } from "../engine/error";
import { engineVariables } from "../stacks/project";
import { readProjectFile, readStackFile } from "../stacks/settings-files";
import type { Job, Outcome } from "./jobs";
import { createStack } from "./new-stack";
import { onTrial } from "./trial";

type ReportProgress = (line: string) => void;

/** Lets the engine do one company's part; a failure is an outcome, too. */
export async function operate(engine: Engine, job: Job, progress: ReportProgress): Promise<Outcome> {
  const isFirstPreview = job.operation === "preview" && !job.exists;
  return isFirstPreview
    ? onTrial(job, (trial) => operateOn(engine, trial, progress))
    : operateOn(engine, job, progress);
}

async function operateOn(engine: Engine, job: Job, progress: ReportProgress): Promise<Outcome> {
  const objects: string[] = [];
  const errors: string[] = [];
  let changes: Outcome["changes"] = {};
  const watch = ({ diagnosticEvent, resourcePreEvent, summaryEvent }: EngineEvent) => {
    if (diagnosticEvent?.severity === "error") errors.push(diagnosticLine(diagnosticEvent.message));
    if (summaryEvent !== undefined) changes = { ...summaryEvent.resourceChanges };
    const { op = "same", urn = "" } = resourcePreEvent?.metadata ?? {};
    if (op === "same") return;
    progress(`${op} ${objectOf(urn)}`);
    if (op !== "refresh" && !isInternal(urn)) objects.push(`${op} ${objectOf(urn)}`);
  };
  try {
    const stack = await openStack(engine, job, progress);
    progress("starting the engine");
    await run(stack, job, watch);
    return { state: "done", changes, objects };
  } catch (error) {
    const [first = engineError(`pulumi ${job.operation}`, error, job.passphrase.fix).message, ...more] =
      new Set(errors);
    const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
    return { state: "failed", changes, objects, reason: first + others };
  }
}

function run(stack: Stack, job: Job, onEvent: (event: EngineEvent) => void): Promise<unknown> {
  const { operation, stackFile: configFile, refresh, runProgram } = job;
  const options = { onEvent, configFile, color: "never" as const };
  switch (operation) {
    case "preview":
    case "up":
      return stack[operation]({ ...options, refresh });
    case "refresh":
    case "destroy":
      return stack[operation]({ ...options, runProgram });
  }
}

async function openStack(engine: Engine, job: Job, progress: ReportProgress): Promise<Stack> {
  const { company, passphrase, stackFile } = job;
  const program = await ownProgram(job);
  const workspace = await LocalWorkspace.create({
    workDir: job.project,
    pulumiCommand: engine.command,
    envVars: { ...engineVariables(engine), ...passphrase.variables },
    ...(program === undefined ? {} : { program }),
  });
  if (!job.exists) {
    progress("creating its stack");
    const { name: project } = await readProjectFile(job.project);
    const { secretsProvider } = await readStackFile(stackFile);
    const folder = dirname(stackFile);
    const environment = workspace.envVars;
    await createStack({ engine, project, company, folder, environment, secretsProvider });
  }
  // It would only change which stack the user has selected.
  workspace.selectStack = () => Promise.resolve();
  const stack = await Stack.select(company, workspace);
  // After each run it would start the engine twice more, for outputs and history, which aren't needed here. These runs ignore our
  // stack file, and would leave another one next to Pulumi.yaml that contains only a salt.
  stack.outputs = () => Promise.resolve({});
  stack.info = () => Promise.resolve(undefined);
  return stack;
}

/** The program of the checkout that contains bin/cli/fleet. An installed package has none. */
const CHECKOUT_PROGRAM = join(__dirname, "..", "..", "..", "..", "bin", "index.js");

/**
 * The project's program, if it is the checkout's own: it runs in this process, which saves starting another one. The engine runs
 * the program of any other project.
 */
async function ownProgram({ project }: Job): Promise<PulumiFn | undefined> {
  const { main = "." } = await readProjectFile(project);
  const require = createRequire(__filename);
  if (resolved(require, join(project, main)) !== CHECKOUT_PROGRAM) return undefined;
  const program = require(CHECKOUT_PROGRAM) as () => Record<string, unknown>;
  return () => Promise.resolve(program());
}

function resolved(require: NodeJS.Require, path: string): string | undefined {
  try {
    return require.resolve(path);
  } catch {
    return undefined;
  }
}

/** `UserGroup ocis-admin` of a URN. */
function objectOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.slice(Math.max(types.lastIndexOf(":"), types.lastIndexOf("$")) + 1)} ${name}`;
}

/** The stack, its providers, and the component, which are nothing in Pocket ID or Docker. */
const isInternal = (urn: string) => /::pulumi:|:OcisWithPocketId::/.test(urn);
