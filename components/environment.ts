import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { OcisWithPocketIdArgs } from "./arguments";
import { afterCheck, bySecrecy, type Inputs, resolved } from "./inputs";
import { openImage } from "./policy";
import { environmentProblems, ocisEnvironment, type Product, productOf, refuse } from "./settings";
import { compare, versionOf } from "./settings/version";
import { usesOwnTls } from "./targets";

type Variables = Record<string, string>;

/**
 * The environment of oCIS for args that may be outputs or secrets. `open` are the variables that can be read; `secret` the
 * others, empty and not secret if there are none; `all` both, a secret if any variable is.
 */
export function splitEnvironment(
  args: OcisWithPocketIdArgs,
  { ocisUrl, issuer, clientId }: Inputs<{ ocisUrl: string; issuer: string; clientId: string }>,
) {
  const product = productOf(args.product);
  const { claimKey = product.claimKey, identityClaim = "preferred_username", target } = args;
  const { extraEnvironment, overrideEnvironment } = args;
  const tls = target !== undefined && usesOwnTls(target);
  const audience = pulumi
    .all([openImage(args), clientId])
    .apply(([known, web]) =>
      checksAudience(known, product) ? [web, ...product.nativeClients.map((app) => app.clientId)] : undefined,
    );
  const managed = { product: product.key, ocisUrl, issuer, clientId, claimKey, identityClaim, tls, audience };
  const check = resolved({ ...managed, extraEnvironment, overrideEnvironment }, (known) => {
    refuse(environmentProblems(known));
    return true;
  });
  const parts = Promise.all([
    split(resolved(managed, (known) => ocisEnvironment(known))),
    split(extraEnvironment),
    split(overrideEnvironment),
  ]).then(([ours, extra, override]) => {
    // Only values are secret.
    const namesOf = (part: pulumi.Output<Variables>) =>
      pulumi.unsecret(part).apply((known) => Object.keys(known));
    const open = merged([ours.open, extra.open, override.open], namesOf(override.secret));
    const secret = merged([ours.secret, extra.secret, override.secret], namesOf(override.open));
    return { open, secret, all: merged([open, secret]) };
  });
  const part = (name: "open" | "secret" | "all") =>
    afterCheck(pulumi.output(parts.then((all) => all[name])), check);
  return { open: part("open"), secret: part("secret"), all: part("all") };
}

/** Whether this product can refuse tokens of other clients, by its tag: `8` alone may be an older one. */
export function checksAudience(image: string, { checksAudienceSince: since }: Product): boolean {
  const version = versionOf(image);
  if (since === undefined || version === undefined) return false;
  return version[0] > since[0] || (version.length > 1 && compare(version, since) >= 0);
}

/** Later parts win; sorted by name. */
function merged(
  parts: readonly pulumi.Output<Variables>[],
  without: pulumi.Output<string[]> = pulumi.output<string[]>([]),
): pulumi.Output<Variables> {
  return pulumi.all([pulumi.all([...parts]), without]).apply(([known, names]) => {
    const all: Variables = Object.fromEntries(known.flatMap((variables) => Object.entries(variables)));
    const wanted = Object.entries(all).filter(([name]) => !names.includes(name));
    return Object.fromEntries(wanted.sort());
  });
}

/** Variables that are given as one output are secret as a whole. */
async function split(given: OcisWithPocketIdArgs["extraEnvironment"]) {
  if (given !== undefined && !pulumi.Output.isInstance(given) && !(given instanceof Promise))
    return bySecrecy(given);
  const whole = pulumi.output(given ?? {}) as pulumi.Output<Variables>;
  const nothing = pulumi.output<Variables>({});
  return (await pulumi.isSecret(whole)) ? { open: nothing, secret: whole } : { open: whole, secret: nothing };
}
