import { OcisWithPocketId } from "@ocis-pocket-id/components";
import { PocketIdProvider } from "@ocis-pocket-id/providers";
import { readStack } from "./stack";

export { readStack, type Stack } from "./stack";

/**
 * Declares a company's oCIS with Pocket ID logins, as the stack's configuration describes it.
 *
 * @throws ProgramError with a line for each problem of the configuration
 */
export function declareCompany(): OcisWithPocketId {
  const { args, connection } = readStack();
  const pocketId = new PocketIdProvider("pocket-id", connection);
  return new OcisWithPocketId("ocis", args, { providers: [pocketId] });
}
