import { createHash } from "node:crypto";
import { HIDDEN, isHidden } from "../core/message";
import { noticeOnce } from "../core/preview";
import { didYouMeanPerson, personNamed, type UserObject } from "../pocket-id";

/** Members as a program names them, and who that was when they were last looked up, in the same order. */
export interface NamedPeople {
  readonly members: readonly string[];
  readonly identities?: readonly string[] | undefined;
}

/** A name beside the person whom it means. */
export interface NamedPerson {
  readonly name: string;
  readonly user: UserObject;
}

/**
 * Who a person is, whatever they are called: a fingerprint of the user ID. It stays in state in clear, where names and IDs of
 * members may be secrets.
 */
export function identityOf({ id }: UserObject): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 32);
}

/** The identity for each name, as far as state has it. */
export function identitiesByName({ members, identities = [] }: NamedPeople): Map<string, string> {
  return new Map(
    members.flatMap((name, index) => {
      const identity = identities[index] ?? "";
      return identity === "" ? [] : [[name, identity] as const];
    }),
  );
}

/** The identities of members: those in state, and of new names those that the server has. An unknown one is empty. */
export function identitiesOf(
  members: readonly string[],
  before: ReadonlyMap<string, string>,
  users: readonly UserObject[],
): string[] {
  return members.map((name) => {
    const user = personNamed(users, name);
    return before.get(name) ?? (user === undefined ? "" : identityOf(user));
  });
}

/** Each person's fingerprint is made once, and only if one is looked for. */
function usersByIdentity(
  identities: ReadonlyMap<string, string>,
  users: readonly UserObject[],
): ReadonlyMap<string, UserObject> {
  if (identities.size === 0) return new Map();
  return new Map(users.map((user) => [identityOf(user), user]));
}

/** Everybody who is meant, and the names that mean nobody. @param users everybody on the server */
export function meant(
  people: NamedPeople,
  users: readonly UserObject[],
): { readonly found: NamedPerson[]; readonly unknown: string[] } {
  const identities = identitiesByName(people);
  const byIdentity = usersByIdentity(identities, users);
  const found: NamedPerson[] = [];
  const unknown: string[] = [];
  for (const name of people.members) {
    const user = byIdentity.get(identities.get(name) ?? "") ?? personNamed(users, name);
    if (user === undefined) unknown.push(name);
    else found.push({ name, user });
  }
  return { found, unknown };
}

/** Those of a group's members who are meant. Somebody else who has taken a member's former name isn't. */
export function meantIn(people: NamedPeople, users: readonly UserObject[]): NamedPerson[] {
  const identities = identitiesByName(people);
  const byIdentity = usersByIdentity(identities, users);
  return people.members.flatMap((name) => {
    const identity = identities.get(name);
    const user = identity === undefined ? personNamed(users, name) : byIdentity.get(identity);
    return user === undefined ? [] : [{ name, user }];
  });
}

/** Announces which names in the program are out of date. @param users those who may have taken such a name */
export function announceRenames(found: readonly NamedPerson[], users: readonly UserObject[]): void {
  for (const { name, user } of found) {
    if (name === user.username || name === user.id) continue;
    const [before, now] = isHidden("members") ? [HIDDEN, HIDDEN] : [name, user.username];
    const other = users.some(({ username }) => username === name) ? "; another person has the old name" : "";
    noticeOnce(
      `member '${before}' is called '${now}' in Pocket ID now, and stays a member${other}: replace '${before}' with '${now}' in ` +
        "members of the stack or program",
    );
  }
}

export function unknownText(names: readonly string[], users: readonly UserObject[]): string {
  const hint = (name: string) => (isHidden("members") ? "" : didYouMeanPerson(users, name));
  const list = names.map((name) => `'${name}'${hint(name)}`).join(", ");
  return `no such user in Pocket ID: ${list}. Create them there first, or fix the spelling (username or user ID)`;
}
