import { NoAnswerError, RateLimitedError, ServerError, UnexpectedAnswerError } from "./errors";

/** When a request is repeated, as data. */
export const RETRY = {
  /** Waits before a repeat after a connection error or 502 to 504. */
  waitsMs: [250, 1_000, 3_000],
  /** Statuses of a server, or a proxy in front of it, that is unavailable for a moment. */
  statuses: [502, 503, 504],
  /** A 429 is repeated until this long after the first try. */
  rateLimitMs: 30 * 60_000,
} as const;

/** Methods that can be repeated safely. A POST that may have succeeded is looked up instead. */
const IDEMPOTENT: readonly string[] = ["GET", "PUT", "DELETE"];

/**
 * How long to wait before the request is made again, or undefined if it isn't.
 *
 * @param repeats how often it was repeated already, without refusals by the rate limiter.
 */
export function waitBeforeRepeat(error: unknown, method: string, repeats: number): number | undefined {
  const wait = RETRY.waitsMs[repeats];
  if (error instanceof NoAnswerError && (IDEMPOTENT.includes(method) || !error.mayHaveActed)) return wait;
  if (error instanceof ServerError && IDEMPOTENT.includes(method)) {
    return (RETRY.statuses as readonly number[]).includes(error.status ?? 0) ? wait : undefined;
  }
  return undefined;
}

/** True for the error of a POST whose effect is unknown: the object must be looked up before anything else is done. */
export function mayHaveActed(error: unknown): boolean {
  if (error instanceof RateLimitedError) return false;
  // A success with a foreign body: something on the way may have replaced Pocket ID's answer.
  if (error instanceof UnexpectedAnswerError) return error.status !== undefined && error.status < 300;
  return error instanceof ServerError || (error instanceof NoAnswerError && error.mayHaveActed);
}
