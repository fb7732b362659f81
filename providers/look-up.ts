import * as pulumi from "./core/sdk";
import { createRequire } from "node:module";
import { hidingIn, messageOf } from "./core/message";
import { ProgramError, refuseKeyInClear } from "./core/program-error";
import type * as pocketIdModule from "./pocket-id";
import type { PocketId } from "./pocket-id";
import { CONNECTION_KEYS } from "./pocket-id/connection";
import { PocketIdProvider } from "./provider";

// Loaded at the first look-up: until then a program can declare its connection, and the engine start its plugin.
const load = createRequire(__filename);
const open = (configuration: (key: string) => string | undefined) =>
  (load("./pocket-id") as typeof pocketIdModule).openPocketId(configuration);

/**
 * Asks Pocket ID in the program, at preview too.
 *
 * @param ask gets the argument, and a function that hides it in texts to be printed, if it is a secret.
 * @param otherwise the result if the look-up fails; without it, the program fails.
 */
export function lookUp<T>(
  argument: pulumi.Input<string>,
  opts: pulumi.InvokeOptions | undefined,
  ask: (pocketId: PocketId, argument: string, hide: (text: string) => string) => Promise<T>,
  otherwise?: T,
): pulumi.Output<T> {
  refuseKeyInClear();
  const settings = connectionOf(opts);
  const wanted = pulumi.output(argument);
  return wanted.apply((known) => {
    const found = settings.apply(async (values) => {
      const hide = hidingIn((await pulumi.isSecret(wanted)) ? [known] : []);
      try {
        return await ask(
          open((key) => values[key]),
          known,
          hide,
        );
      } catch (error) {
        if (otherwise !== undefined) return otherwise;
        throw new ProgramError(hide(messageOf(error)));
      }
    });
    // The API key is a secret, but what a look-up returns isn't, unless the argument is one.
    return pulumi.unsecret(found);
  });
}

/** The connection by Pulumi's rules: the provider's, the parent's, or the stack's. */
function connectionOf(opts: pulumi.InvokeOptions | undefined) {
  const candidates = [opts?.provider, opts?.parent?.getProvider("pulumi-nodejs:dynamic/pocketid:UserGroup")];
  const provider = candidates.find((one) => PocketIdProvider.isInstance(one));
  const stack = new pulumi.Config("pocketid");
  const configuration =
    provider?.configuration ??
    Object.fromEntries(
      Object.values(CONNECTION_KEYS).map((key) => [key, stack.getSecret(key.replace("pocketid:", ""))]),
    );
  return pulumi.output(configuration) as pulumi.Output<Record<string, string | undefined>>;
}
