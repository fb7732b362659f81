import * as pulumi from "./core/sdk";
import { HIDDEN, messageOf } from "./core/message";
import { isPassing } from "./core/preview";
import { lookUp } from "./look-up";
import type { UserObject } from "./pocket-id";
import { UnexpectedAnswerError } from "./pocket-id/errors";
import { peopleMeant } from "./pocket-id/names";

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
  if (!pulumi.isDryRun()) return;
  const groupsWithClaim = lookUp(
    key,
    opts,
    async (pocketId, claim) => {
      const groups = await pocketId.glanceAtGroups();
      return groups.flatMap(({ name, customClaims }) => {
        const same = (customClaims ?? []).filter((one) => one.key === claim);
        return same.map(({ value }) => ({ group: name, value }));
      });
    },
    [],
  );
  const all = pulumi.all([groupsWithClaim, key, ourGroups]);
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
      `the issuer is '${known}', but Pocket ID at ${pocketId.url} has the issuer '${named.issuer}': set issuer to that, or ` +
        "correct APP_URL of Pocket ID",
    );
    if (!pulumi.isDryRun()) throw new Error(problem);
    void pulumi.log.error(problem);
    return known;
  });
}

/**
 * Reports an error, which fails the preview, if somebody is in two roles under different names such as a username and a user
 * ID: Pocket ID would pick one of the roles at random. It asks Pocket ID only if a name may be an ID or an e-mail address,
 * because equal usernames are found without it.
 *
 * @param people names by role; a role without a list isn't managed
 */
export function reportPeopleInTwoRoles(
  people: Readonly<Partial<Record<string, pulumi.Input<readonly pulumi.Input<string>[]> | undefined>>>,
  opts?: pulumi.InvokeOptions,
  resource?: pulumi.Resource,
): void {
  const known = pulumi.output(people).apply((lists): NamesByRole => {
    const given = Object.entries(lists).flatMap(([role, names = []]) => {
      return names.length > 0 ? [[role, names] as const] : [];
    });
    return Object.fromEntries(given);
  });
  known.apply(async (byRole) => {
    const isSecret = await pulumi.isSecret(known);
    if (Object.keys(byRole).length < 2 || !Object.values(byRole).flat().some(isAmbiguous)) return;
    lookUp("", opts, async (pocketId) => {
      const users = await pocketId.listUsers().catch((error: unknown): UserObject[] => {
        // Nobody without an answer; the resources report that.
        if (isPassing(error)) return [];
        throw error;
      });
      const problem = personInTwoRoles(byRole, users);
      if (problem !== undefined) void pulumi.log.error(isSecret ? SECRET_PROBLEM : problem, resource);
    });
  });
}

type NamesByRole = Readonly<Record<string, readonly string[]>>;

const SECRET_PROBLEM =
  "members: somebody is in two roles under different names (they are secrets, so they are not shown), and Pocket ID would " +
  "pick one of the roles at random: name each person once";

/** A user ID, or what may be an e-mail address. */
const isAmbiguous = (name: string) =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name) || name.includes("@");

/** The first person who is in two roles, in words. */
export function personInTwoRoles(byRole: NamesByRole, users: readonly UserObject[]): string | undefined {
  const placeOf = new Map<string, { readonly role: string; readonly name: string }>();
  for (const [role, names] of Object.entries(byRole)) {
    for (const name of names) {
      const [person, ...others] = peopleMeant(users, name);
      if (person === undefined || others.length > 0) continue;
      const place = placeOf.get(person.id) ?? { role, name };
      placeOf.set(person.id, place);
      if (place.role === role) continue;
      return (
        `members.${role}: '${name}' is ${person.username}, who is in ${place.role} as '${place.name}', and Pocket ID would ` +
        "pick one of the two roles at random: name each person once"
      );
    }
  }
  return undefined;
}
