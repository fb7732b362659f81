import { createInterface } from "node:readline/promises";

/** Whether there is someone to answer. */
export function isTerminal(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks on stderr, so that stdout stays the result. Anything but yes means no. */
export async function askForYes(question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `));
}

/** The answer without blanks around it; empty if there is none. */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

/** Asks for a secret, which isn't shown. */
export async function askHidden(message: string): Promise<string> {
  const { default: password } = await import("@inquirer/password");
  return (await password({ message, toggleMask: false }, { output: process.stderr })).trim();
}
