import { CommandError } from "@pulumi/pulumi/automation";
import { types } from "node:util";

/** Why something failed, on one line: what people read beside the name of the road that failed. */
export function reasonOf(error: unknown): string {
  // Not `instanceof`: an error of Node.js itself is of another realm in a test runner.
  if (!types.isNativeError(error)) return String(error);
  // A CommandError's message is a dump of code, stdout and stderr; the first line of stderr is the one that explains.
  const said = error instanceof CommandError ? /stderr: ([^\n]+)/.exec(error.message)?.[1] : undefined;
  return (said ?? error.message).trim().replace(/\s*\n\s*/g, " ");
}

/** Waits for `work` at most `milliseconds`; the work itself, which may be another library's, is not stopped. */
export async function bounded<T>(work: Promise<T>, milliseconds: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what} took longer than ${milliseconds / 1000} s`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Says every `interval` that something long is still going on, until the returned function is called. */
export function tick(say: (seconds: number) => void, interval = 10_000): () => void {
  const start = Date.now();
  const timer = setInterval(() => {
    say(Math.round((Date.now() - start) / 1000));
  }, interval);
  return () => {
    clearInterval(timer);
  };
}
