import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { findEngine } from "../engine";
import program from "./program";

/**
 * `pulumi up` of a stack that is there, with the program in this process and the engine below it, so that all of it can be
 * killed. Arguments: directory, project and stack; the environment is the caller's.
 */
async function main([workDir = "", projectName = "", stackName = ""]: readonly string[]): Promise<void> {
  const { command } = await findEngine();
  const stack = await LocalWorkspace.selectStack(
    { projectName, stackName, program: () => Promise.resolve(program()) },
    { workDir, pulumiCommand: command },
  );
  await stack.up({ color: "never", onOutput: (text) => process.stdout.write(text) });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
