import { stripVTControlCharacters } from "node:util";
import type { StackReport } from "../../cli/drift/finding";
import type { EngineStack } from "../support/engine";
import { loginOf, type ProgramRun, runProgram } from "../support/program";

/** A stack's part of what `drift --json` prints. */
export type Report = StackReport;

/** Where and how `drift` is run, when not in the stack's own folder with its own login. */
export interface Place {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs `drift --json` on a test's own stack. */
export async function runDrift(
  stack: EngineStack,
  options: readonly string[] = [],
  { folder = stack.directory, environment = {} }: Place = {},
): Promise<ProgramRun & { report: Report }> {
  const args = ["drift", "--cwd", folder, "--stack", "test", "--json", ...options];
  const run = await runProgram(args, { ...loginOf(stack), ...environment });
  if (run.stdout === "") throw new Error(`drift printed nothing:\n${run.stderr}`);
  const { stacks } = JSON.parse(run.stdout) as { stacks: [Report] };
  return { ...run, report: stacks[0] };
}

/** `object: change` of every finding, sorted. */
export function findingsOf({ findings }: Report): string[] {
  return findings.map(({ object, change }) => `${object}: ${change}`).sort();
}

/** What a `preview --refresh` of the engine would create, change or replace: `UserGroup ocis-admin`, sorted. */
export function changedByPreview(text: string): string[] {
  const lines = stripVTControlCharacters(text).split("\n");
  const changed = lines.flatMap((line) => {
    const found = /[:/](\w+) (\S+) (?:create|update|replace|delete)\b/.exec(line);
    return found === null ? [] : [`${found[1] ?? ""} ${found[2] ?? ""}`];
  });
  return [...new Set(changed)].sort();
}
