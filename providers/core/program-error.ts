import { RunError } from "@pulumi/pulumi/errors";
import * as config from "@pulumi/pulumi/runtime/config";
import { CONNECTION_KEYS } from "../pocket-id/connection";

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

/** The SDK exports it, and leaves it out of its types. With an SDK that lacks it, every key counts as a secret. */
const { isConfigSecret: isSecret = () => true } = config as typeof config & {
  isConfigSecret?: (key: string) => boolean;
};

/** The problem with an API key that the stack's configuration has in clear; undefined if it is a secret or not set. */
export function storedKeyProblem(): string | undefined {
  const stored = config.getConfig(CONNECTION_KEYS.apiKey);
  if (stored === undefined || stored.trim() === "" || isConfigSecret(CONNECTION_KEYS.apiKey))
    return undefined;
  return (
    "is stored in clear, where anyone who sees the stack's file can read it: make a new key in Pocket ID (Administration > " +
    `API Keys), store it with \`pulumi config set --secret ${CONNECTION_KEYS.apiKey}\`, and delete the old one in Pocket ID`
  );
}

/** Whether a value of the stack's configuration is stored as a secret. */
export function isConfigSecret(key: string): boolean {
  return isSecret(key);
}
