import { isAtLeast } from "../../pocket-id/server-version";

/**
 * How Pocket ID reads callback URLs, by the first version that reads them so. 2.6: as URL patterns, in which `:name` is a
 * wildcard. 2.10: the same, and they must be URLs of a scheme that runs nothing. 2.13: a colon stands for itself.
 */
export type Dialect = "2.6" | "2.10" | "2.13";

export const DIALECTS: readonly Dialect[] = ["2.6", "2.10", "2.13"];

/** Versions before 2.6 are taken for it. */
export function dialectOf(version: string): Dialect {
  if (isAtLeast(version, "2.13")) return "2.13";
  return isAtLeast(version, "2.10") ? "2.10" : "2.6";
}
