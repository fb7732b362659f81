import { createRequire } from "node:module";
import { ProgramError } from "@ocis-pocket-id/providers";
import type * as kubernetes from "@pulumi/kubernetes";

const load = createRequire(__filename);

/**
 * Kubernetes's resources, from a package that only those who need it install.
 *
 * @throws ProgramError if it isn't installed
 */
export function kubernetesSdk(): typeof kubernetes {
  try {
    return load("@pulumi/kubernetes") as typeof kubernetes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new ProgramError("target kubernetes needs another package: run `npm install @pulumi/kubernetes@4`");
  }
}
