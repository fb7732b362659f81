import { NoAnswerError, RateLimitedError, ServerError } from "../pocket-id/errors";
import { hidden, messageOf } from "./message";

/** Prints a line for the current resource. */
export function notice(line: string): void {
  console.error(hidden(line));
}

/** Lines that were printed already: a run checks a resource several times. */
const printed = new Set<string>();

/** Prints a line the first time only. */
export function noticeOnce(line: string): void {
  if (!printed.has(line)) notice(line);
  printed.add(line);
}

/** Messages that were printed already: one for a server that is down or a wrong key, not one per resource. */
const reported = new Set<string>();

/**
 * Asks the server at preview. If it doesn't respond, this only warns, since a preview is possible without it and `up` will
 * fail; a wrong key or address is an error, thrown once.
 *
 * @returns the answer, which may itself be undefined; undefined if there was none.
 */
export async function lookAhead<T>(ask: () => Promise<T>): Promise<{ readonly answer: T } | undefined> {
  try {
    return { answer: await ask() };
  } catch (error) {
    const message = messageOf(error);
    if (reported.has(message)) return undefined;
    reported.add(message);
    if (!isPassing(error)) throw error;
    notice(`warning: not checked against Pocket ID: ${message}`);
    return undefined;
  }
}

/** Whether an error may be temporary: no response, a failing server, a rate limit. */
export function isPassing(error: unknown): boolean {
  return error instanceof NoAnswerError || error instanceof ServerError || error instanceof RateLimitedError;
}

/** What this process has seen in state. */
const inState = new Set<string>();

/** Notes that objects of this kind are in state: replacing one is checked a second time as if it were new. */
export function noteInState(kind: string, names: readonly unknown[]): void {
  for (const name of names) if (typeof name === "string") inState.add(`${kind} ${name}`);
}

export function isInState(kind: string, name: unknown): boolean {
  return inState.has(`${kind} ${String(name)}`);
}
