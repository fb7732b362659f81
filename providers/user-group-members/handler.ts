import { isDeepStrictEqual } from "node:util";
import type { InputsOf } from "../core/declare";
import type { Operations } from "../core/handler";
import { pocketIdHandler } from "../core/pocket-id-handler";
import { lookAhead, noticeOnce } from "../core/preview";
import { gone, type Problem } from "../core/message";
import { isFromLdap, type PocketId } from "../pocket-id";
import { userGroupMembers as declaration } from "./declaration";
import * as people from "./people";

type Inputs = InputsOf<typeof declaration>;

const operations: Operations<Inputs, Inputs, PocketId> = {
  async derive(known, { olds, open }) {
    const { members } = known;
    const before = olds as Partial<Inputs>;
    if (members === undefined) return known;
    if (isDeepStrictEqual(members, before.members)) {
      return before.identities === undefined ? known : { ...known, identities: before.identities };
    }
    const looked = await lookAhead(() => open().listUsers());
    const users = looked?.answer ?? [];
    return { ...known, identities: people.identitiesOf(members, { members: [], ...before }, users) };
  },

  async problems(known, { olds, open }): Promise<Problem[]> {
    const { members } = known;
    const before = olds as Partial<Inputs>;
    if (members === undefined || isDeepStrictEqual(members, before.members)) return [];
    const looked = await lookAhead(() => lookAtPreview({ ...known, members }, before, open()));
    return looked?.answer === undefined ? [] : [{ property: "members", reason: looked.answer }];
  },

  async create(inputs, pocketId) {
    return { id: inputs.groupId, outputs: await write(inputs, { members: [] }, pocketId) };
  },

  async read(id, olds, pocketId) {
    const users = await pocketId.findMembers(id);
    if (users === undefined) return undefined;
    people.announceRenames(people.meantIn(olds, users), users);
    return people.managed(users, olds);
  },

  update: (_id, olds, news, pocketId) => write(news, olds, pocketId),

  async delete(id, olds, pocketId) {
    if ((await pocketId.findGroup(id)) === undefined) return;
    await write({ ...olds, members: [], identities: [], mode: "include" }, olds, pocketId);
  },
};

/** The handler of `UserGroupMembers`. */
export const userGroupMembers = pocketIdHandler(declaration, operations);

/** Why the list can't be written; undefined if it can. Announces whom a first write would remove. */
async function lookAtPreview(
  known: Partial<Inputs> & people.NamedPeople,
  before: Partial<Inputs>,
  pocketId: PocketId,
): Promise<string | undefined> {
  const users = await pocketId.listUsers();
  const { found, unknown } = people.meant(known, users);
  if (unknown.length > 0) return people.unknownText(unknown, users);
  people.announceRenames(found, users);
  const group = await pocketId.findGroupAtPreview(known.groupId, known.groupName);
  if (group === undefined) return undefined;
  const { mode = "exact" } = known;
  const live = group.userCount === 0 ? [] : ((await pocketId.findMembers(group.id)) ?? []);
  const ids = people.idsToWrite(live, found, { members: [], ...before }, mode);
  if (
    isFromLdap(group) &&
    !people.isLeftToLdap({ ...known, mode }) &&
    !isDeepStrictEqual(ids, people.idsOf(live))
  ) {
    return people.ldapText(group);
  }
  const removed = live.filter(({ id }) => !ids.includes(id)).map(({ username }) => username);
  if (before.members === undefined && removed.length > 0) {
    noticeOnce(`members of user group '${group.name}': to be removed: ${removed.join(", ")}`);
  }
  return undefined;
}

/** Writes the whole list (Pocket ID has no other call), unless it is right already. Returns the managed members. */
async function write(inputs: Inputs, previous: people.NamedPeople, pocketId: PocketId): Promise<Inputs> {
  const { groupId, members, mode } = inputs;
  const users = members.length > 0 ? await pocketId.listUsers() : [];
  const { found, unknown } = people.meant(inputs, users);
  if (unknown.length > 0) throw new Error(people.unknownText(unknown, users));
  const identities = found.map(({ user }) => people.identityOf(user));

  return pocketId.locks.run(groupId, async () => {
    // With mode `exact` nobody who is there is kept, so a listing that shows no members is enough.
    const group = await (mode === "exact"
      ? pocketId.findGroupToFill(groupId)
      : pocketId.findGroupWithMembers(groupId));
    if (group === undefined) throw gone(`user group ${groupId}`);
    const ids = people.idsToWrite(group.users, found, previous, mode);
    const written = { ...inputs, identities };
    if (isDeepStrictEqual(ids, people.idsOf(group.users))) return people.managed(group.users, written);
    if (isFromLdap(group)) {
      if (people.isLeftToLdap(inputs)) return people.managed(group.users, written);
      throw new Error(people.ldapText(group));
    }
    return people.managed((await pocketId.setGroupMembers(groupId, ids)).users, written);
  });
}
