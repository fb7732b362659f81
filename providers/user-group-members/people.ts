import { createHash } from "node:crypto";
import type { InputsOf } from "../core/declare";
import { HIDDEN, isHidden } from "../core/message";
import { noticeOnce } from "../core/preview";
import { didYouMeanPerson, personNamed, type UserGroupObject, type UserObject } from "../pocket-id";
import type { userGroupMembers } from "./declaration";

type Inputs = InputsOf<typeof userGroupMembers>;

/** Members as a program names them, and who that was when they were last looked up, in the same order. */
export type NamedPeople = Pick<Inputs, "members" | "identities">;

/** A name beside the person whom it means. */
interface NamedPerson {
  readonly name: string;
  readonly user: UserObject;
}

/**
 * Who a person is, whatever they are called: a fingerprint of the user ID. It stays in state in clear, where names and IDs of
 * members may be secrets.
 */
export const identityOf = ({ id }: UserObject) => createHash("sha256").update(id).digest("hex").slice(0, 32);

/** The identity for each name, as far as state has it. */
function identitiesByName({ members, identities = [] }: NamedPeople): Map<string, string> {
  const pairs = members.map((name, index) => [name, identities[index] ?? ""] as const);
  return new Map(pairs.filter(([, identity]) => identity !== ""));
}

/** The identities of members: those in state, and of new names those that the server has. An unknown one is empty. */
export function identitiesOf(members: readonly string[], before: NamedPeople, users: readonly UserObject[]) {
  const known = identitiesByName(before);
  return members.map((name) => {
    const user = personNamed(users, name);
    return known.get(name) ?? (user === undefined ? "" : identityOf(user));
  });
}

/** Makes a function that finds whom a name means. @param isLenient whether somebody else of a member's former name will do */
function finder(people: NamedPeople, users: readonly UserObject[], isLenient: boolean) {
  const identities = identitiesByName(people);
  // Each person's fingerprint is made once, and only if one is looked for.
  const byIdentity = new Map(identities.size === 0 ? [] : users.map((user) => [identityOf(user), user]));
  return (name: string): UserObject | undefined => {
    const identity = identities.get(name);
    const user = identity === undefined ? undefined : byIdentity.get(identity);
    return user ?? (isLenient || identity === undefined ? personNamed(users, name) : undefined);
  };
}

/** Everybody who is meant, and the names that mean nobody. @param users everybody on the server */
export function meant(people: NamedPeople, users: readonly UserObject[]) {
  const find = finder(people, users, true);
  const found = named(people.members, find);
  const unknown = people.members.filter((name) => find(name) === undefined);
  return { found, unknown };
}

/** Those of a group's members who are meant. Somebody else who has taken a member's former name isn't. */
export function meantIn(people: NamedPeople, users: readonly UserObject[]): NamedPerson[] {
  return named(people.members, finder(people, users, false));
}

function named(names: readonly string[], find: (name: string) => UserObject | undefined): NamedPerson[] {
  return names.flatMap((name) => {
    const user = find(name);
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
      `member '${before}' is now called '${now}' in Pocket ID, and stays a member${other}: replace '${before}' with '${now}' in ` +
        "members of the stack or program",
    );
  }
}

export function unknownText(names: readonly string[], users: readonly UserObject[]): string {
  const hint = (name: string) => (isHidden("members") ? "" : didYouMeanPerson(users, name));
  const list = names.map((name) => `'${name}'${hint(name)}`).join(", ");
  return `no such user in Pocket ID: ${list}. Create them there first, or fix the spelling (username or user ID)`;
}

/** The IDs of the whole list: ours, and in mode `include` those that others added. */
export function idsToWrite(
  live: readonly UserObject[],
  wanted: readonly NamedPerson[],
  previous: NamedPeople,
  mode: Inputs["mode"],
): string[] {
  const ours = new Set(meantIn(previous, live).map(({ user }) => user.id));
  const others = mode === "exact" ? [] : live.filter(({ id }) => !ours.has(id));
  return idsOf([...others, ...wanted.map(({ user }) => user)]);
}

export const idsOf = (users: readonly UserObject[]) => [...new Set(users.map(({ id }) => id))].sort();

/** The members as they are now, each by the name that the program uses; others, with mode `exact`, by their own. */
export function managed(users: readonly UserObject[], inputs: Inputs): Inputs {
  const ours = meantIn(inputs, users);
  const isOurs = (user: UserObject) => ours.some((one) => one.user.id === user.id);
  const strangers = inputs.mode === "exact" ? users.filter((user) => !isOurs(user)) : [];
  const others = strangers.map((user) => ({
    // A stranger with a member's former name must not be taken for the member.
    name: inputs.members.includes(user.username) ? user.id : user.username,
    user,
  }));
  const all = [...ours, ...others].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...inputs,
    members: all.map(({ name }) => name),
    identities: all.map(({ user }) => identityOf(user)),
  };
}

/** Whether the members may be as LDAP has them: none is ours anymore. */
export const isLeftToLdap = ({ members, mode }: Pick<Inputs, "members" | "mode">) =>
  mode === "include" && members.length === 0;

export const ldapText = ({ name }: UserGroupObject) =>
  `user group '${name}' comes from LDAP, whose next sync would undo this: change its members in LDAP, and leave ` +
  "them out of the program";
