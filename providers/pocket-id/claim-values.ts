import { isDeepStrictEqual } from "node:util";

/** The value that arrives in tokens for a claim's stored text: what reads as JSON is taken for JSON. */
export function claimValue(stored: string): unknown {
  try {
    return JSON.parse(stored) as unknown;
  } catch {
    return stored;
  }
}

/** Whether a claim's stored text gives this value, by itself or among others in a list. */
export function givesValue(stored: string, value: unknown): boolean {
  const live = claimValue(stored);
  return (
    isDeepStrictEqual(live, value) ||
    (Array.isArray(live) && live.some((one) => isDeepStrictEqual(one, value)))
  );
}
