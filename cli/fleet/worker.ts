/**
 * A process that runs the jobs of a fleet one after another. Programs run in it, so it does one company at a time: Pulumi's
 * runtime watches the whole process for errors, and an error of one company would fail all others.
 */
import {
  type EngineEvent,
  LocalWorkspace,
  type PolicyEvent,
  type PulumiFn,
  Stack,
} from "@pulumi/pulumi/automation";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Engine } from "../engine";
import { findPresentEngine } from "../engine/find-engine";
import { diagnosticLine, engineError, reasonOf } from "../engine/programs";
import { engineVariables, readProjectFile, readStackFile } from "../stacks/project";
import type { Job, Message, Outcome } from "./jobs";
import { createStack, onTrial } from "./temporary-stack";

let engine: Promise<Engine> | undefined;

function send(message: Message): void {
  if (process.connected) process.send?.(message);
}

const progress = (line: string): void => {
  send({ progress: line });
};

async function work(job: Job): Promise<void> {
  // A program's relative paths start at the project's folder.
  process.chdir(job.project);
  engine ??= findPresentEngine();
  try {
    const found = await engine;
    const isFirstPreview = job.operation === "preview" && !job.exists;
    const outcome = isFirstPreview
      ? await onTrial(job, (trial) => operate(found, trial))
      : await operate(found, job);
    send({ outcome });
  } catch (error) {
    send({ outcome: { state: "failed", changes: {}, reason: reasonOf(error) } });
  }
}

process.on("message", (job: Job) => void work(job));
// Ctrl-C reaches the engine, which stops cleanly; this process still has to report the outcome.
process.on("SIGINT", () => undefined);

/** Lets the engine do one company's part; a failure is an outcome, too. */
async function operate(found: Engine, job: Job): Promise<Outcome> {
  const objects: string[] = [];
  const errors: string[] = [];
  const policies: string[] = [];
  let changes: Outcome["changes"] = {};
  const watch = ({ diagnosticEvent, policyEvent, resourcePreEvent, summaryEvent }: EngineEvent) => {
    if (policyEvent !== undefined) policies.push(policyLine(policyEvent));
    if (diagnosticEvent?.severity === "error") errors.push(diagnosticLine(diagnosticEvent.message));
    if (summaryEvent !== undefined) changes = { ...summaryEvent.resourceChanges };
    const { op = "same", urn = "" } = resourcePreEvent?.metadata ?? {};
    if (op === "same") return;
    progress(`${op} ${objectOf(urn)}`);
    if (op !== "refresh" && !isInternal(urn)) objects.push(`${op} ${objectOf(urn)}`);
  };
  try {
    const stack = await openStack(found, job);
    progress("starting the engine");
    if (job.operation === "up" && job.policyPacks.length > 0) {
      // An up would stop at the first violation, with some of the changes made.
      await run(stack, { ...job, operation: "preview" }, watch);
      for (const list of [objects, policies]) list.splice(0);
    }
    await run(stack, job, watch);
    return { state: "done", changes, objects, policies };
  } catch (error) {
    const violations = policies.filter((line) => line.startsWith("mandatory ")).length;
    if (violations > 0) {
      const reason = `breaks ${violations} mandatory ${violations === 1 ? "policy" : "policies"}`;
      return { state: "failed", changes, objects, policies, reason };
    }
    const [first = engineError(`pulumi ${job.operation}`, error, job.passphrase.fix).message, ...more] =
      new Set(errors);
    const others = more.length === 0 ? "" : ` (and ${more.length} more)`;
    return { state: "failed", changes, objects, policies, reason: first + others };
  }
}

function run(stack: Stack, job: Job, onEvent: (event: EngineEvent) => void): Promise<unknown> {
  const { operation, stackFile: configFile, refresh, runProgram } = job;
  const policyPacks = [...job.policyPacks];
  const policyPackConfigs = [...job.policyPackConfigs];
  const options = { onEvent, configFile, color: "never" as const };
  return operation === "preview" || operation === "up"
    ? stack[operation]({ ...options, refresh, policyPacks, policyPackConfigs })
    : stack[operation]({ ...options, runProgram });
}

async function openStack(found: Engine, job: Job): Promise<Stack> {
  const { company, passphrase, stackFile } = job;
  const program = await ownProgram(job);
  const workspace = await LocalWorkspace.create({
    workDir: job.project,
    pulumiCommand: found.command,
    envVars: { ...engineVariables(found), ...passphrase.variables },
    ...(program === undefined ? {} : { program }),
  });
  if (!job.exists) {
    progress("creating its stack");
    const { name: project } = await readProjectFile(job.project);
    const { secretsprovider: secretsProvider } = await readStackFile(stackFile);
    const folder = dirname(stackFile);
    const environment = workspace.envVars;
    await createStack({ engine: found, project, company, folder, environment, secretsProvider, secrets: [] });
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
  try {
    if (require.resolve(join(project, main)) !== CHECKOUT_PROGRAM) return undefined;
  } catch {
    return undefined;
  }
  const program = require(CHECKOUT_PROGRAM) as () => Record<string, unknown>;
  return () => Promise.resolve(program());
}

/** What a policy reports, without its description: that is the message's first line. */
function policyLine({ policyName, enforcementLevel, resourceUrn, message }: PolicyEvent): string {
  const [description = "", ...more] = message.split("\n");
  const where = resourceUrn === undefined || resourceUrn === "" ? "" : `, ${objectOf(resourceUrn)}`;
  const text = diagnosticLine(more.length === 0 ? description : more.join("\n"));
  return `${enforcementLevel} ${policyName}${where}: ${text}`;
}

/** `UserGroup ocis-admin` of a URN. */
function objectOf(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.slice(Math.max(types.lastIndexOf(":"), types.lastIndexOf("$")) + 1)} ${name}`;
}

/** The stack, its providers, and the component, which are nothing in Pocket ID or Docker. */
const isInternal = (urn: string) => /::pulumi:|:OcisWithPocketId::/.test(urn);
