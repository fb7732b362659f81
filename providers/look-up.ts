import * as pulumi from "@pulumi/pulumi";
import { createRequire } from "node:module";
import { messageOf } from "./core/message";
import { ProgramError } from "./core/program-error";
import type * as pocketIdModule from "./pocket-id";
import type { PocketId } from "./pocket-id";
import { CONNECTION_KEYS } from "./pocket-id/connection";
import type { PocketIdProvider } from "./provider";

// Loaded at the first look-up: until then a program can declare its connection, and the engine start its plugin.
const load = createRequire(__filename);
const open = (configuration: (key: string) => string | undefined) =>
  (load("./pocket-id") as typeof pocketIdModule).openPocketId(configuration);

/** Where a look-up asks. */
export interface LookUpOptions {
  /** The connection. @default the stack's `pocketid:url` and `pocketid:apiKey`, or the environment */
  provider?: PocketIdProvider;
}

/**
 * Asks Pocket ID in the program, at preview too.
 *
 * @param otherwise what is found when the question fails; without it the program fails.
 */
export function lookUp<T>(
  argument: pulumi.Input<string>,
  opts: LookUpOptions | undefined,
  ask: (pocketId: PocketId, argument: string) => Promise<T>,
  otherwise?: T,
): pulumi.Output<T> {
  const stack = new pulumi.Config("pocketid");
  const configuration =
    opts?.provider?.configuration ??
    Object.fromEntries(
      Object.values(CONNECTION_KEYS).map((key) => [key, stack.get(key.replace("pocketid:", ""))]),
    );
  const settings: pulumi.Output<Record<string, string | undefined>> = pulumi.output(configuration);
  const found = pulumi.all([argument, settings]).apply(async ([known, values]) => {
    try {
      return await ask(
        open((key) => values[key]),
        known,
      );
    } catch (error) {
      if (otherwise !== undefined) return otherwise;
      throw new ProgramError(messageOf(error));
    }
  });
  // The key is a secret, but what a look-up finds with it is not.
  return pulumi.unsecret(found);
}
