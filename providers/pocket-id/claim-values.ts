import { isDeepStrictEqual } from "node:util";

/** The value that arrives in tokens for a claim's stored text: what reads as JSON is taken for JSON. */
export function claimValue(stored: string): unknown {
  try {
    return JSON.parse(stored) as unknown;
  } catch {
    return stored;
  }
}

/** Whether a value is this one, or a list with it. */
export function holdsValue(live: unknown, value: unknown): boolean {
  const isValue = (one: unknown) => isDeepStrictEqual(one, value);
  return isValue(live) || (Array.isArray(live) && live.some(isValue));
}

/** Whether a claim's stored text gives this value, by itself or among others in a list. */
export function givesValue(stored: string, value: unknown): boolean {
  return holdsValue(claimValue(stored), value);
}
