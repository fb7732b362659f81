import { OcisWithPocketId } from "@ocis-pocket-id/components";
import { PocketIdProvider } from "@ocis-pocket-id/providers";
import type * as pulumi from "@pulumi/pulumi";
import { declareManaged } from "./managed";
import { readStack } from "./stack";

export type { ManagedPocketId } from "./managed";
export { inOwnTurn } from "./own-turn";
export { readStack, type Stack } from "./stack";

/** A company's oCIS. */
export type Company = OcisWithPocketId & {
  /** What a managed Pocket ID adds to the stack's outputs; empty if somebody else runs Pocket ID. */
  readonly pocketId: {
    /** The link that signs in the first admin; a secret. */
    readonly adminLink?: pulumi.Output<string>;
    /** PEM of the authority behind the TLS proxy's internal certificates. */
    readonly authority?: pulumi.Output<string>;
  };
};

/**
 * Declares a company's oCIS with Pocket ID logins, as the stack's configuration describes it.
 *
 * @throws ProgramError with a line for each problem of the configuration
 */
export function declareCompany(): Company {
  const { args, connection, managed } = readStack();
  if (managed !== undefined) return declareManaged(args, connection, managed);
  const pocketId = new PocketIdProvider("pocket-id", connection);
  const ocis = new OcisWithPocketId(args.product ?? "ocis", args, { providers: [pocketId] });
  return Object.assign(ocis, { pocketId: {} });
}
