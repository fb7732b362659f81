import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, type PulumiCommand } from "@pulumi/pulumi/automation";
import { findEngine } from "ocis-pocket-id/engine";
import company from "../../index";

/**
 * `pulumi up` or `pulumi preview` of an existing stack, with the program in this process and the engine below it: one
 * process per run, all of which can be killed. Arguments: directory, project, stack and operation; the environment is the
 * caller's. A preview fails when it isn't empty.
 */
async function main([workDir = "", projectName = "", stackName = "", operation = ""]: readonly string[]) {
  const { command } = await findEngine();
  const stack = await LocalWorkspace.selectStack(
    { projectName, stackName, program: () => Promise.resolve(program()) },
    { workDir, pulumiCommand: operationOnly(command) },
  );
  let printed = 0;
  const print = (text: string) => {
    printed += text.length;
    process.stdout.write(text);
  };
  const options = { color: "never", onOutput: print, onError: print } as const;
  try {
    if (operation === "preview") await stack.preview({ ...options, expectNoChanges: true });
    else await stack.up(options);
  } catch (error) {
    process.exitCode = 1;
    // The engine has printed its reasons itself.
    if (printed === 0) console.error(error instanceof Error ? error.message : error);
  }
}

/**
 * The program of this project. In the second generation it also renames groups and native clients, which no setting can: so
 * an update of the example company changes every object.
 */
function program() {
  const generation = new pulumi.Config("faults").require("generation");
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    const kind = /:(UserGroup|OidcClient)$/.exec(type)?.[1];
    if (generation === "first" || kind === undefined) return undefined;
    const properties = props as Record<string, unknown>;
    const renamed = pulumi.interpolate`${properties["name"]} renamed`;
    return { props: { ...properties, [kind === "UserGroup" ? "friendlyName" : "name"]: renamed }, opts };
  });
  return company();
}

/** Answers to what the Automation API asks besides the operation itself. */
const ANSWERS: Readonly<Record<string, string>> = { select: "", output: "{}", history: "[]" };

/**
 * The same engine without these four extra processes of each run: selecting the stack, and asking for outputs and history
 * before and after. They would take a third of the time.
 */
function operationOnly(engine: PulumiCommand): PulumiCommand {
  // The declaration of PulumiCommand hides this method.
  type Runner = Record<"run", (args: string[], ...rest: unknown[]) => Promise<unknown>>;
  const runner = engine as unknown as Runner;
  const run: Runner["run"] = (args, ...rest) => {
    const stdout = args[0] === "stack" ? ANSWERS[args[1] ?? ""] : undefined;
    return stdout === undefined
      ? runner.run(args, ...rest)
      : Promise.resolve({ stdout, stderr: "", code: 0 });
  };
  return Object.assign(Object.create(engine) as PulumiCommand, { run });
}

void main(process.argv.slice(2));
