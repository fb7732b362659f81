import { createRequire } from "node:module";
import type * as docker from "@pulumi/docker";

const load = createRequire(__filename);

/**
 * Docker's resources. Their package loads all of Pulumi's SDK (see `core/sdk.ts` of the providers), so only programs that run
 * something in Docker load it.
 */
export const dockerSdk = (): typeof docker => load("@pulumi/docker") as typeof docker;
