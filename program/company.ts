import { argumentProblems, OcisWithPocketId } from "@ocis-pocket-id/components";
import { ProgramError } from "@ocis-pocket-id/providers";
import { componentArgs, describeProblems, readStackConfiguration } from "./stack-configuration";
import { stackConnection } from "./stack-connection";

/**
 * Declares a company's oCIS with Pocket ID logins, as the stack's configuration describes it.
 *
 * @throws ProgramError with a line for each problem of the configuration
 */
export function declareCompany(): OcisWithPocketId {
  const { provider, problems: ofConnection } = stackConnection();
  const { configuration, secretKeys, problems } = readStackConfiguration();
  const all = [...problems, ...argumentProblems(componentArgs(configuration)), ...ofConnection];
  if (all.length > 0) throw new ProgramError(describeProblems(all, secretKeys));
  const args = componentArgs(configuration, secretKeys);
  return new OcisWithPocketId("ocis", args, provider === undefined ? {} : { providers: [provider] });
}
