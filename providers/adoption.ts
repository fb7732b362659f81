import { z } from "zod";

/**
 * Whether an object that exists already is taken over: `never` refuses, `ifExists` takes it over or makes a new one.
 * The engine cannot import dynamic resources, so this is the way in. What was adopted is left in place by destroy.
 */
export type Adoption = "never" | "ifExists";

export const adoption = z
  .enum(["never", "ifExists"], { error: "must be 'never' or 'ifExists'" })
  .default("never");

/** What a user can do about a name that is taken. */
export const ADOPTION_HINT = 'set adopt: "ifExists" to take it over, or choose another name';
