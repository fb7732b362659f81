import { createRequire } from "node:module";
import type * as zodModule from "zod";

const load = createRequire(__filename);

/**
 * Loads zod at the first validation. Only handlers validate, so a program that declares resources doesn't wait the 85 ms
 * that zod takes. tests/program/loading.test.ts fails if it does.
 */
export const zod = () => (load("zod") as typeof zodModule).z;
