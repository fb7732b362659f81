import * as path from "node:path";

const here = path.basename(path.resolve(__dirname, "..", ".."));

/** Where these files are compiled to, seen from the source (as tests do) and from there: processes run from there. */
export const COMPILED = here === "bin" ? __dirname : path.join(__dirname, "..", "..", "bin", "lab", "faults");
