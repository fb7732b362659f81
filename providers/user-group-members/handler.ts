import { isDeepStrictEqual } from "node:util";
import type { InputsOf } from "../core/declare";
import type { Operations } from "../core/handler";
import { lookAhead } from "../core/look-ahead";
import { gone, type Problem } from "../core/problems";
import { pocketIdHandler } from "../pocket-id-handler";
import { isFromLdap, type PocketId, type UserGroupWithMembers, type UserObject } from "../pocket-id";
import { userGroupMembers as declaration } from "./declaration";

type Inputs = InputsOf<typeof declaration>;

const operations: Operations<Inputs, Inputs, PocketId> = {
  async problems({ members }, { olds, open }): Promise<Problem[]> {
    if (members === undefined || isDeepStrictEqual(members, olds["members"])) return [];
    const looked = await lookAhead(async () => unknownPeople(members, await open().listUsers()));
    const unknown = looked?.answer ?? [];
    return unknown.length === 0 ? [] : [{ property: "members", reason: unknownText(unknown) }];
  },

  async create(inputs, pocketId) {
    const members = await write(inputs, [], pocketId);
    return { id: inputs.groupId, outputs: { ...inputs, members } };
  },

  async read(id, olds, pocketId) {
    const users = await pocketId.findMembers(id);
    return users === undefined ? undefined : { ...olds, members: managed(users, olds) };
  },

  async update(_id, olds, news, pocketId) {
    return { ...news, members: await write(news, olds.members, pocketId) };
  },

  async delete(id, olds, pocketId) {
    if ((await pocketId.findGroup(id)) === undefined) return;
    await write({ ...olds, members: [], mode: "include" }, olds.members, pocketId);
  },
};

/** The handler of `UserGroupMembers`. */
export const userGroupMembers = pocketIdHandler(declaration, operations);

/** Writes the whole list (there is no other call), unless it is right already. Returns the managed members. */
async function write(inputs: Inputs, previous: readonly string[], pocketId: PocketId): Promise<string[]> {
  const { groupId, members, mode } = inputs;
  const users = members.length > 0 ? await pocketId.listUsers() : [];
  const unknown = unknownPeople(members, users);
  if (unknown.length > 0) throw new Error(unknownText(unknown));
  const wanted = users.filter((user) => members.some((member) => isPerson(user, member)));

  return pocketId.locks.run(groupId, async () => {
    // With mode `exact` nothing of what is there is kept: a list that says "nobody" is look enough.
    const group = await (mode === "exact"
      ? pocketId.findGroupToFill(groupId)
      : pocketId.findGroupWithMembers(groupId));
    if (group === undefined) throw gone(`user group ${groupId}`);
    const others =
      mode === "exact"
        ? []
        : group.users.filter((user) => !previous.some((member) => isPerson(user, member)));
    const ids = [...new Set([...others, ...wanted].map(({ id }) => id))].sort();
    if (isDeepStrictEqual(ids, group.users.map(({ id }) => id).sort())) return managed(group.users, inputs);
    refuseLdap(group);
    return managed((await pocketId.setGroupMembers(groupId, ids)).users, inputs);
  });
}

/** The members as they are now, each by the name that the program uses; strangers, with mode `exact`, by username. */
function managed(users: readonly UserObject[], { members, mode }: Inputs): string[] {
  const nameOf = (user: UserObject) => members.find((member) => isPerson(user, member));
  const present = users.map((user) => nameOf(user) ?? (mode === "exact" ? user.username : undefined));
  return present.filter((name) => name !== undefined).sort();
}

function refuseLdap(group: UserGroupWithMembers): void {
  if (!isFromLdap(group)) return;
  throw new Error(
    `user group '${group.name}' comes from LDAP, whose next sync would undo this: change its members in LDAP, and leave ` +
      "them out of the program",
  );
}

const isPerson = (user: UserObject, member: string) => user.username === member || user.id === member;

function unknownPeople(members: readonly string[], users: readonly UserObject[]): string[] {
  return members.filter((member) => !users.some((user) => isPerson(user, member)));
}

function unknownText(names: readonly string[]): string {
  const list = names.map((name) => `'${name}'`).join(", ");
  return `no such user in Pocket ID: ${list}. Make them there first, or mend the spelling (username or user ID)`;
}
