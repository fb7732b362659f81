import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { findEngine } from "ocis-pocket-id/engine";
import program from "./program";
import { withoutQuestions } from "./quick-engine";

/**
 * `pulumi up` or `pulumi preview` of a stack that is there, with the program in this process and the engine below it: a
 * process for each run, as people have it, and all of it can be killed. Arguments: directory, project, stack and operation;
 * the environment is the caller's. A preview fails when it is not empty.
 */
async function main([workDir = "", projectName = "", stackName = "", operation = ""]: readonly string[]) {
  const { command } = await findEngine();
  const stack = await LocalWorkspace.selectStack(
    { projectName, stackName, program: () => Promise.resolve(program()) },
    { workDir, pulumiCommand: withoutQuestions(command) },
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
    // What the engine says is in what it printed.
    if (printed === 0) console.error(error instanceof Error ? error.message : error);
  }
}

void main(process.argv.slice(2));
