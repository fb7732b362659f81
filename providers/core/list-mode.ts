import { z } from "zod";

/** Who owns a list: `exact`, all of it is ours; `include`, our entries are kept and others are left alone. */
export type ListMode = "exact" | "include";

export const listMode = z
  .enum(["exact", "include"], { error: "must be 'exact' or 'include'" })
  .default("exact");
