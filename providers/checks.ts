import * as pulumi from "@pulumi/pulumi";
import { HIDDEN, messageOf } from "./core/message";
import { isPassing } from "./core/preview";
import { lookUp } from "./look-up";
import type { PocketId } from "./pocket-id";
import { UnexpectedAnswerError } from "./pocket-id/errors";

/**
 * Warns at preview if other groups have the same claim: a person in one of them and in one of ours gets only one of the two
 * values. Does nothing if the server can't be reached, since the resources report that.
 */
export function warnOfSharedClaim(
  key: pulumi.Input<string>,
  ourGroups: pulumi.Input<readonly pulumi.Input<string>[]>,
  opts?: pulumi.InvokeOptions,
  resource?: pulumi.Resource,
): void {
  if (!pulumi.runtime.isDryRun()) return;
  const found = lookUp(key, opts, groupsWithClaim, []);
  const all = pulumi.all([found, key, ourGroups]);
  all.apply(async ([claims, claim, ours]) => {
    const others = claims.filter(({ group }) => !ours.includes(group));
    if (others.length === 0) return;
    const list = others.map(({ group, value }) => `'${group}' (${value})`).join(", ");
    const name = (await pulumi.isSecret(pulumi.output(key))) ? HIDDEN : claim;
    void pulumi.log.warn(
      `the claim '${name}' is given by other groups too: ${list}. Pocket ID gives a person in several groups one value, by ` +
        "the groups' random IDs: set another claimKey, or make sure that nobody is in both",
      resource,
    );
  });
}

async function groupsWithClaim(pocketId: PocketId, key: string) {
  const groups = await pocketId.glanceAtGroups();
  return groups.flatMap(({ name, customClaims }) =>
    (customClaims ?? []).filter((claim) => claim.key === key).map(({ value }) => ({ group: name, value })),
  );
}

/**
 * Returns the issuer after checking that Pocket ID has the same one: oCIS compares issuers letter by letter, and rejects every
 * login if they differ. If the server can't be reached, or isn't Pocket ID, this only warns: the resources fail by themselves.
 *
 * A different issuer is an error. At preview it is logged; at up a ProgramError stops the resources that depend on it.
 */
export function verifiedIssuer(
  issuer: pulumi.Input<string>,
  opts?: pulumi.InvokeOptions,
): pulumi.Output<string> {
  return lookUp(issuer, opts, async (pocketId, known, hide) => {
    const named = await pocketId.openIdConfiguration().catch((error: unknown) => {
      if (!isPassing(error) && !(error instanceof UnexpectedAnswerError)) throw error;
      void pulumi.log.warn(hide(`the issuer was not checked against Pocket ID: ${messageOf(error)}`));
      return undefined;
    });
    if (named === undefined || named.issuer === known) return known;
    const problem = hide(
      `the issuer is '${known}', but Pocket ID at ${pocketId.url} calls itself '${named.issuer}': set issuer to that, or ` +
        "correct APP_URL of Pocket ID",
    );
    if (!pulumi.runtime.isDryRun()) throw new Error(problem);
    void pulumi.log.error(problem);
    return known;
  });
}
