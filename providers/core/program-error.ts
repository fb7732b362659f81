import { RunError } from "@pulumi/pulumi/errors";
import { CONNECTION_KEYS } from "../pocket-id/connection";
import { storedKeyProblem } from "../pocket-id/stored-key";

// Not the whole SDK, which takes long to load.

/**
 * A mistake in what a program or stack says: shown by its message alone, as frames would tell an admin nothing.
 *
 * That it has no stack spares a quarter of a minute, too. Pulumi's runtime formats the stack of every error, and Node (20 and
 * 22, `markNodeModules` of util.inspect) does not come to an end in a frame of a scoped package's own folder, such as the SDK's
 * `node_modules/@pulumi/output.ts`, until a string is too long for it.
 */
export class ProgramError extends RunError {
  constructor(message: string) {
    super(message);
    this.stack = "";
    // In an output, the runtime would put `error serializing property "envs": ` in front.
    Object.defineProperty(this, "message", { get: () => message, set: () => undefined });
  }
}

/**
 * For all that makes the engine start its plugin, which it hands the whole configuration and keeps that in state.
 *
 * @throws ProgramError if the stack's configuration has the API key in clear.
 */
export function refuseKeyInClear(): void {
  const problem = storedKeyProblem();
  if (problem !== undefined) throw new ProgramError(`${CONNECTION_KEYS.apiKey} ${problem}`);
}
