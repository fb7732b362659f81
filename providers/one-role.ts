import * as pulumi from "@pulumi/pulumi";
import { isPassing } from "./core/preview";
import { lookUp } from "./look-up";
import type { PocketId, UserObject } from "./pocket-id";
import { peopleMeant } from "./pocket-id/names";

/**
 * Reports an error, which fails the preview, if somebody is in two roles under different names such as a username and a user ID:
 * Pocket ID would pick one of the roles at random. It asks Pocket ID only if a name may be an ID or an e-mail address, since
 * equal usernames are found without it.
 *
 * @param people names by role; a role without a list isn't managed
 */
export function reportPeopleInTwoRoles(
  people: Readonly<Partial<Record<string, pulumi.Input<readonly pulumi.Input<string>[]> | undefined>>>,
  opts?: pulumi.InvokeOptions,
  resource?: pulumi.Resource,
): void {
  const known = pulumi.output(people).apply(namesByRole);
  known.apply(async (byRole) => {
    const isSecret = await pulumi.isSecret(known);
    if (Object.keys(byRole).length < 2 || !Object.values(byRole).flat().some(isAmbiguous)) return;
    lookUp("", opts, async (pocketId) => {
      const problem = personInTwoRoles(byRole, await usersOf(pocketId));
      if (problem !== undefined) void pulumi.log.error(isSecret ? SECRET_PROBLEM : problem, resource);
    });
  });
}

type NamesByRole = Readonly<Record<string, readonly string[]>>;

function namesByRole(people: object): NamesByRole {
  const lists = Object.entries(people).filter(([, names]) => Array.isArray(names) && names.length > 0);
  return Object.fromEntries(lists);
}

/** Nobody without an answer; the resources report that. */
function usersOf(pocketId: PocketId): Promise<UserObject[]> {
  return pocketId.listUsers().catch((error: unknown) => {
    if (isPassing(error)) return [];
    throw error;
  });
}

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
