import type { InputsOf } from "../core/declare";
import type { UserGroupObject, UserObject } from "../pocket-id";
import type { userGroupMembers } from "./declaration";
import * as people from "./people";

type Inputs = InputsOf<typeof userGroupMembers>;

/** The IDs of the whole list: ours, and in mode `include` those that others added. */
export function idsToWrite(
  live: readonly UserObject[],
  wanted: readonly people.NamedPerson[],
  previous: people.NamedPeople,
  mode: Inputs["mode"],
): string[] {
  const ours = new Set(people.meantIn(previous, live).map(({ user }) => user.id));
  const others = mode === "exact" ? [] : live.filter(({ id }) => !ours.has(id));
  return idsOf([...others, ...wanted.map(({ user }) => user)]);
}

export const idsOf = (users: readonly UserObject[]) => [...new Set(users.map(({ id }) => id))].sort();

/** The members as they are now, each by the name that the program uses; others, with mode `exact`, by their own. */
export function managed(users: readonly UserObject[], inputs: Inputs): Inputs {
  const ours = people.meantIn(inputs, users);
  const isOurs = (user: UserObject) => ours.some((one) => one.user.id === user.id);
  const strangers = inputs.mode === "exact" ? users.filter((user) => !isOurs(user)) : [];
  const named = strangers.map((user) => ({
    // A stranger with a member's former name must not be taken for the member.
    name: inputs.members.includes(user.username) ? user.id : user.username,
    user,
  }));
  const all = [...ours, ...named].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    ...inputs,
    members: all.map(({ name }) => name),
    identities: all.map(({ user }) => people.identityOf(user)),
  };
}

/** Whether the members may be as LDAP has them: none is ours anymore. */
export const isLeftToLdap = ({ members, mode }: Pick<Inputs, "members" | "mode">) =>
  mode === "include" && members.length === 0;

export function ldapText({ name }: UserGroupObject): string {
  return (
    `user group '${name}' comes from LDAP, whose next sync would undo this: change its members in LDAP, and leave ` +
    "them out of the program"
  );
}
