import { z } from "zod";
import {
  type Adoption,
  adoption,
  adoptionProblem,
  announceAdoption,
  deleteAdopted,
  differencesOf,
  type Existing,
  isAdopted,
} from "../core/adoption";
import { type CheckContext, handlerOf, type Problem, type ResourceRules } from "../core/handler";
import { lookAhead } from "../core/look-ahead";
import { AlreadyInUseError, openPocketId, type PocketId, type UserGroupObject } from "../pocket-id";
import { mayHaveActed } from "../pocket-id/retry";
import { announceMove, movedAway, server, serverOf } from "../core/server";
import { text } from "../core/text";

interface Inputs {
  name: string;
  friendlyName: string;
  adopt: Adoption;
  deleteAdopted: boolean;
  server?: string;
}

interface Outputs extends Inputs {
  adopted: boolean;
}

const rules: ResourceRules<Inputs, Outputs, PocketId> = {
  inputs: z.object({ name: text(2, 255), friendlyName: text(2, 50), adopt: adoption, deleteAdopted, server }),
  notCompared: ["adopt", "server"],

  derive: (_known, context) => serverOf(context),

  async problems({ name, friendlyName, adopt = "never" }, context): Promise<Problem[]> {
    if (!context.creating) {
      const before = String(context.olds["name"]);
      const isThere = async (pocketId: PocketId) => (await find(before, pocketId)) !== undefined;
      const moved = await movedAway(inWords(before), isThere, context);
      if (moved.length > 0) return moved;
    }
    if (name === undefined || isOurs(name, context)) return [];
    const looked = await lookAhead(() => find(name, context.open()));
    if (looked === undefined) return [];
    return announceAdoption(adopt, "name", inWords(name), existingOf(looked.answer, { friendlyName }));
  },

  async create(inputs, pocketId) {
    const found = await find(inputs.name, pocketId);
    const problem = adoptionProblem(inputs.adopt, inWords(inputs.name), existingOf(found, inputs));
    if (problem !== undefined) throw new Error(problem);
    if (found === undefined) {
      const group = await makeOnce(inputs, pocketId);
      return { id: group.id, outputs: outputsOf(group, { ...inputs, adopted: false }) };
    }
    const names = await write(found, inputs, pocketId);
    return { id: found.id, outputs: { ...inputs, ...names, adopted: isAdopted(inputs.adopt, found) } };
  },

  async read(id, olds, pocketId) {
    const group = await pocketId.findGroup(id);
    if (group !== undefined) return outputsOf(group, olds);
    announceMove(inWords(olds.name), olds.server, pocketId);
    return undefined;
  },

  async update(id, olds, news, pocketId) {
    const group = await pocketId.findGroup(id);
    if (group === undefined) throw new Error(gone(olds.name));
    return { ...news, ...(await write(group, news, pocketId)), adopted: olds.adopted };
  },

  async delete(id, olds, pocketId) {
    if (!olds.adopted || olds.deleteAdopted) await pocketId.deleteGroup(id);
  },
};

/** The handler of {@link UserGroup}. */
export const userGroup = handlerOf(rules, openPocketId);

/** By exact name. Pocket ID compares and stores names as they were sent; the same letters, composed otherwise, are the same. */
async function find(name: string, pocketId: PocketId): Promise<UserGroupObject | undefined> {
  return (await pocketId.listGroups()).find((group) => group.name.normalize("NFC") === name);
}

/** Writes the two names, unless they are right already. */
async function write(group: UserGroupObject, { name, friendlyName }: Inputs, pocketId: PocketId) {
  if (group.name === name && group.friendlyName === friendlyName) return { name, friendlyName };
  if (isFromLdap(group)) {
    throw new Error(
      `group '${group.name}' comes from LDAP, where its names must be changed: set name '${group.name}' and friendlyName ` +
        `'${group.friendlyName}' to refer to it as it is`,
    );
  }
  const written = await pocketId.updateGroup(group.id, { name, friendlyName });
  return { name: written.name, friendlyName: written.friendlyName };
}

/** A POST whose answer was lost is never repeated: a group of our name and content, there now and not before, is ours. */
async function makeOnce(inputs: Inputs, pocketId: PocketId): Promise<UserGroupObject> {
  const { name, friendlyName } = inputs;
  try {
    return await pocketId.createGroup({ name, friendlyName });
  } catch (error) {
    const lost = mayHaveActed(error);
    if (!lost && !(error instanceof AlreadyInUseError)) throw error;
    const found = await find(name, pocketId);
    if (lost && found?.friendlyName === friendlyName) return found;
    const problem = adoptionProblem("never", inWords(name), existingOf(found, inputs));
    throw problem === undefined ? error : new Error(problem, { cause: error });
  }
}

const inWords = (name: string) => `user group '${name}'`;

function existingOf(
  group: UserGroupObject | undefined,
  wanted: { friendlyName?: string | undefined },
): Existing | undefined {
  if (group === undefined) return undefined;
  const { friendlyName = group.friendlyName } = wanted;
  return { what: inWords(group.name), differences: differencesOf(group, { friendlyName }) };
}

const isFromLdap = (group: UserGroupObject) => typeof group.ldapId === "string" && group.ldapId !== "";
const outputsOf = ({ name, friendlyName }: UserGroupObject, rest: Outputs): Outputs => ({
  ...rest,
  name,
  friendlyName,
});
const gone = (name: string) =>
  `user group '${name}' is gone from Pocket ID: run \`pulumi up --refresh\` to make it again`;

/** Names of groups in state: replacing one is checked a second time as if it were new. */
const ours = new Set<string>();
function isOurs(name: string, { creating, olds }: CheckContext<PocketId>): boolean {
  if (!creating && typeof olds["name"] === "string") ours.add(olds["name"]);
  return !creating || ours.has(name);
}
