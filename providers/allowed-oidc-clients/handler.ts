import { isDeepStrictEqual } from "node:util";
import type { InputsOf } from "../core/declare";
import type { Operations } from "../core/handler";
import { pocketIdHandler } from "../core/pocket-id-handler";
import { notice } from "../core/preview";
import { gone } from "../core/message";
import type { PocketId, UserGroupWithMembers } from "../pocket-id";
import { allowedOidcClients as declaration } from "./declaration";

type Inputs = InputsOf<typeof declaration>;

const operations: Operations<Inputs, Inputs, PocketId> = {
  async create(inputs, pocketId) {
    await refuseUnknown(inputs, pocketId);
    return { id: inputs.groupId, outputs: await write(inputs, [], pocketId) };
  },

  async read(id, olds, pocketId) {
    const group = await pocketId.findGroupWithMembers(id);
    if (group === undefined) return undefined;
    const allowed = allowedIds(group);
    return { ...olds, clientIds: olds.clientIds.filter((clientId) => allowed.includes(clientId)) };
  },

  async update(_id, olds, news, pocketId) {
    await refuseUnknown(news, pocketId);
    return write(news, olds.clientIds, pocketId);
  },

  async delete(id, olds, pocketId) {
    if ((await pocketId.findGroup(id)) === undefined) return;
    await write({ ...olds, clientIds: [] }, olds.clientIds, pocketId);
  },
};

/** The handler of `AllowedOidcClients`. */
export const allowedOidcClients = pocketIdHandler(declaration, operations);

/** Writes the group's whole list (Pocket ID has no other call), unless it's already right. */
async function write(inputs: Inputs, previous: readonly string[], pocketId: PocketId): Promise<Inputs> {
  const { groupId, clientIds } = inputs;
  return pocketId.changeAllowed(async () => {
    const group = await pocketId.findGroupWithMembers(groupId);
    if (group === undefined) throw gone(`user group ${groupId}`);
    const before = allowedIds(group);
    const others = before.filter((clientId) => !previous.includes(clientId));
    const wanted = [...new Set([...others, ...clientIds])].sort();
    if (!isDeepStrictEqual(before, wanted)) await pocketId.setAllowedClients(groupId, wanted);
    return inputs;
  });
}

/** Pocket ID silently drops unknown clients from the list; an open client lets everybody in anyway. */
async function refuseUnknown({ clientIds }: Inputs, pocketId: PocketId): Promise<void> {
  const clients = await pocketId.listClients();
  for (const clientId of clientIds) {
    const client = clients.find(({ id }) => id === clientId);
    if (client === undefined) {
      throw new Error(`Pocket ID has no OIDC client '${clientId}': run the stack that owns it first`);
    }
    if (!client.isGroupRestricted) {
      notice(`warning: OIDC client '${clientId}' ('${client.name}') is open to everybody, allowed or not`);
    }
  }
}

function allowedIds(group: UserGroupWithMembers): string[] {
  return (group.allowedOidcClients ?? []).map(({ id }) => id).sort();
}
