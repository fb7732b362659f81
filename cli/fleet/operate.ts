import { type EngineEvent, LocalWorkspace, type PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Engine } from "../engine";
import { diagnosticLine, engineError } from "../engine/error";
import { engineVariables } from "../stacks/project";
import type { Job, Outcome } from "./job";
import { initialise } from "./new-stack";
import { onTrial } from "./trial";

/** Lets the engine do one company's part, and says how it ended; a failure is an outcome, too. */
export async function operate(engine: Engine, job: Job, says: (what: string) => void): Promise<Outcome> {
  const isFirstPreview = job.operation === "preview" && !job.exists;
  return isFirstPreview
    ? onTrial(job, (trial) => operateOn(engine, trial, says))
    : operateOn(engine, job, says);
}

async function operateOn(engine: Engine, job: Job, says: (what: string) => void): Promise<Outcome> {
  const objects: string[] = [];
  const errors: string[] = [];
  let changes: Outcome["changes"] = {};
  const watch = ({ diagnosticEvent, resourcePreEvent, summaryEvent }: EngineEvent) => {
    if (diagnosticEvent?.severity === "error") errors.push(diagnosticLine(diagnosticEvent.message));
    if (summaryEvent !== undefined) changes = { ...summaryEvent.resourceChanges };
    const { op = "same", urn = "" } = resourcePreEvent?.metadata ?? {};
    if (op === "same") return;
    says(`${op} ${objectOf(urn)}`);
    if (op !== "refresh" && !isInternal(urn)) objects.push(`${op} ${objectOf(urn)}`);
  };
  try {
    const stack = await openStack(engine, job, says);
    says("the engine starts");
    await run(stack, job, watch);
    return { state: "done", changes, objects };
  } catch (error) {
    const [first = engineError(`pulumi ${job.operation}`, error, job.passphrase.mend).message, ...more] =
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

async function openStack(engine: Engine, job: Job, says: (what: string) => void): Promise<Stack> {
  const { company, passphrase, stackFile } = job;
  const program = await ownProgram(engine, job);
  const workspace = await LocalWorkspace.create({
    workDir: job.project,
    pulumiCommand: engine.command,
    envVars: { ...engineVariables(engine), ...passphrase.variables },
    ...(program === undefined ? {} : { program }),
  });
  if (!job.exists) {
    says("making its stack");
    const { name: project } = await workspace.projectSettings();
    const { secretsProvider } = await workspaceOf(engine, dirname(stackFile)).then((its) =>
      its.stackSettings(company),
    );
    await initialise(
      { engine, project, company, folder: dirname(stackFile), environment: workspace.envVars },
      secretsProvider,
    );
  }
  // All that it would do is to change which stack is the user's current one.
  workspace.selectStack = () => Promise.resolve();
  const stack = await Stack.select(company, workspace);
  // What it asks for at the end nobody reads: outputs and history, by two more starts of the engine. These know nothing of
  // our stack file, and would leave another one beside Pulumi.yaml, with a salt only.
  stack.outputs = () => Promise.resolve({});
  stack.info = () => Promise.resolve(undefined);
  return stack;
}

const workspaceOf = (engine: Engine, workDir: string) =>
  LocalWorkspace.create({ workDir, pulumiCommand: engine.command });

/** The program of the checkout that this package is part of, seen from bin/cli/fleet. An installed package has none. */
const CHECKOUT_PROGRAM = join(__dirname, "..", "..", "..", "..", "bin", "index.js");

/**
 * The project's program, to be run in this process, if it is the checkout's own: that saves the start of another process. The
 * engine itself runs the program of any other project.
 */
async function ownProgram(engine: Engine, { project }: Job): Promise<PulumiFn | undefined> {
  const { main = "." } = await (await workspaceOf(engine, project)).projectSettings();
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

/** The stack itself, its providers, and the component: nothing that anybody sees in Pocket ID or Docker. */
const isInternal = (urn: string) => /::pulumi:|:OcisWithPocketId::/.test(urn);
