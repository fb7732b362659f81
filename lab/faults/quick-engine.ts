import type { PulumiCommand } from "@pulumi/pulumi/automation";

/** What the Automation API asks beside the operation itself, and what it is told. */
const ANSWERS: Readonly<Record<string, string>> = { select: "", output: "{}", history: "[]" };

type Run = (args: string[], ...rest: unknown[]) => Promise<unknown>;

/**
 * The same engine, for programs that want nothing but the operation: before and after each, the Automation API selects the
 * stack and asks for outputs and history, in four more processes that would take a third of the time.
 */
export function withoutQuestions(engine: PulumiCommand): PulumiCommand {
  return new Proxy(engine, {
    get(target, property) {
      const value = Reflect.get(target, property) as unknown;
      if (property !== "run") return value;
      const original = (value as Run).bind(target);
      const shortened: Run = (args, ...rest) => {
        const answer = args[0] === "stack" ? ANSWERS[args[1] ?? ""] : undefined;
        return answer === undefined
          ? original(args, ...rest)
          : Promise.resolve({ stdout: answer, stderr: "", code: 0 });
      };
      return shortened;
    },
  });
}
