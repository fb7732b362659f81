/**
 * Runs a program in a process of its own: what a failing program leaves unhandled is the engine's business, and would fail
 * a test in this process. Arguments: directory, operation, the program's file, and the stack; the environment is the caller's.
 */
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { findEngine } from "../../cli/bin/cli/engine/index.js";

async function main([directory, operation, file, stackName]) {
  const { default: program } = await import(file);
  const { command } = await findEngine();
  const stack = await LocalWorkspace.selectStack(
    { projectName: "ocis-pocket-id", stackName, program: () => Promise.resolve().then(program) },
    { workDir: directory, pulumiCommand: command },
  );
  await stack[operation]({ color: "never", onOutput: (text) => process.stdout.write(text) });
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
