import { choice } from "./schema";

/** Who owns a list: `exact`, all of it is ours; `include`, our entries are kept and others are left alone. */
export type ListMode = "exact" | "include";

/** The property with which programs choose. */
export const listMode = { schema: choice<ListMode>(["exact", "include"]), default: "exact" } as const;
