// Not the whole SDK, which takes long to load.
import { RunError } from "@pulumi/pulumi/errors";

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
