import { CONNECTION_KEYS } from "../pocket-id/connection";
import { storedKeyProblem } from "../pocket-id/stored-key";
import { ProgramError } from "./program-error";

/**
 * For all that makes the engine start its plugin, which it hands the whole configuration and keeps that in state.
 *
 * @throws ProgramError if the stack's configuration has the API key in clear.
 */
export function refuseKeyInClear(): void {
  const problem = storedKeyProblem();
  if (problem !== undefined) throw new ProgramError(`${CONNECTION_KEYS.apiKey} ${problem}`);
}
