import { NoAnswerError, RateLimitedError, ServerError } from "../pocket-id/errors";
import { hidden, messageOf } from "./message";

/** Prints a line for the resource that is checked or made. */
export function notice(line: string): void {
  console.error(hidden(line));
}

/** What was printed already: a run checks a resource several times. */
const printed = new Set<string>();

/** Prints a line the first time only. */
export function noticeOnce(line: string): void {
  if (!printed.has(line)) notice(line);
  printed.add(line);
}

/** What was said already: one line for a server that is down or a key that is wrong, not one for each resource. */
const said = new Set<string>();

/**
 * Asks the server at preview, so that the preview can speak. A server that is not there is a warning, as a preview without
 * it stays possible and the error comes at up; a wrong key or address is an error, given once.
 *
 * @returns the answer, or undefined when there was none; an answer may itself be undefined.
 */
export async function lookAhead<T>(ask: () => Promise<T>): Promise<{ readonly answer: T } | undefined> {
  try {
    return { answer: await ask() };
  } catch (error) {
    const message = messageOf(error);
    if (said.has(message)) return undefined;
    said.add(message);
    if (!isPassing(error)) throw error;
    notice(`warning: not checked against Pocket ID: ${message}`);
    return undefined;
  }
}

/** True for what may be gone the next minute: no answer, a failing server, a rate limit. */
export function isPassing(error: unknown): boolean {
  return error instanceof NoAnswerError || error instanceof ServerError || error instanceof RateLimitedError;
}

/** What this process has seen in state. */
const inState = new Set<string>();

/** Notes that an object of this kind is in state: replacing one is checked a second time as if it were new. */
export function noteInState(kind: string, names: readonly unknown[]): void {
  for (const name of names) inState.add(`${kind} ${String(name)}`);
}

export function isInState(kind: string, name: unknown): boolean {
  return inState.has(`${kind} ${String(name)}`);
}
