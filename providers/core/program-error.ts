import { RunError } from "@pulumi/pulumi/errors";
import { CONNECTION_KEYS } from "../pocket-id/connection";
import { storedKeyProblem } from "../pocket-id/stored-key";

/**
 * A mistake in a program or stack: shown by its message alone, since stack frames don't help an admin.
 *
 * Having no stack also saves about 15 seconds: Pulumi's runtime formats the stack of every error, and Node (20 and 22,
 * `markNodeModules` of util.inspect) works on a frame in a scoped package's own folder, such as the SDK's
 * `node_modules/@pulumi/output.ts`, until a string gets too long.
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
 * Call this before anything starts the engine's plugin: the engine passes it the whole configuration, and keeps that in state.
 *
 * @throws ProgramError if the stack's configuration has the API key in clear.
 */
export function refuseKeyInClear(): void {
  const problem = storedKeyProblem();
  if (problem !== undefined) throw new ProgramError(`${CONNECTION_KEYS.apiKey} ${problem}`);
}
