import * as pulumi from "@pulumi/pulumi";
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
 * @param ask gets the argument, and how to print texts that may have it in them: it may be a secret.
 * @param otherwise what is found when the question fails; without it the program fails.
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
    // The key is a secret, but what a look-up finds with it is none; the argument may be one.
    return pulumi.unsecret(found);
  });
}

/** The connection that Pulumi's rules give: of the provider, of the parent, or of the stack. */
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
