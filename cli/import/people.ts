import type { RoleKey, ROLES } from "@ocis-pocket-id/components";
import { isFromLdap, type PocketId, type UserGroupObject } from "@ocis-pocket-id/providers/pocket-id";
import type { Part } from "./setup";

/** A role's group; undefined if it has none. */
export type Chosen = {
  readonly role: (typeof ROLES)[number];
  readonly group?: UserGroupObject;
  readonly others: string[];
};

/** Without people who are in several groups, and groups that LDAP fills. */
export async function importMembers(pocketId: PocketId, chosen: readonly Chosen[]): Promise<Part> {
  const members: Partial<Record<RoleKey, string[]>> = {};
  const rolesOf = new Map<string, RoleKey[]>();
  for (const { role, group } of chosen) {
    if (group === undefined || isFromLdap(group)) continue;
    const names = ((await pocketId.findMembers(group.id)) ?? []).map(({ username }) => username).sort();
    members[role.key] = names;
    for (const name of names) rolesOf.set(name, [...(rolesOf.get(name) ?? []), role.key]);
  }
  const twice = [...rolesOf].filter(([, roles]) => roles.length > 1);
  for (const role of twice.flatMap(([, roles]) => roles)) Reflect.deleteProperty(members, role);
  return {
    ...(Object.keys(members).length > 0 && { config: { members } }),
    byHand: twice.map(
      ([name, roles]) =>
        `${name} is in the groups of ${roles.join(" and ")}, and must be in one: members of these roles aren't imported`,
    ),
  };
}

/** The user of STATIC_API_KEY, which is nobody. */
const STATIC_USER = "00000000-0000-0000-0000-000000000000";
const NAMES_SHOWN = 5;

/** Who can log in as long as the clients aren't restricted to the groups. */
export async function findPeopleLeftOut(pocketId: PocketId, chosen: readonly Chosen[]): Promise<Part> {
  const groups = new Set(chosen.map(({ group }) => group?.id));
  const people = (await pocketId.listUsers()).filter(({ id, disabled }) => id !== STATIC_USER && !disabled);
  const names = people
    .filter(({ userGroups }) => userGroups?.some(({ id }) => groups.has(id)) !== true)
    .map(({ username }) => username)
    .sort();
  if (names.length === 0) return {};
  const shown = names.slice(0, NAMES_SHOWN).join(", ") + (names.length > NAMES_SHOWN ? ", ..." : "");
  const line =
    `${names.length} of ${people.length} people in Pocket ID are in none of the four groups, and can't log in after up: ` +
    `list them under \`members\`, or put them in a group (${shown})`;
  return { byHand: [line] };
}
