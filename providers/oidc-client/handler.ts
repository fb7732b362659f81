import { isDeepStrictEqual } from "node:util";
import type { InputsOf } from "../core/declare";
import { objectHandler } from "../core/object";
import type { ObjectRules } from "../core/object-kind";
import { sorted } from "../core/schema";
import type { OidcClientWithGroups, PocketId } from "../pocket-id";
import { callbackProblems, combinationProblems, warnOfNoCallbacks } from "./checks";
import { oidcClient as declaration } from "./declaration";
import { defaultId, find, keptName } from "./existing";
import { fieldsAt, fieldsOf, resetValues } from "./omitted";

type Inputs = InputsOf<typeof declaration>;

export const rules: ObjectRules<Inputs, OidcClientWithGroups> = {
  namedBy: "clientId",
  inWords: ({ clientId, name = "" }) =>
    clientId === undefined ? `OIDC client named '${name}'` : `OIDC client '${clientId}' ('${name}')`,
  list: (pocketId) => pocketId.listClients(),
  isNamed: (client, { clientId, name }) => client.id === clientId || client.name === name,
  find,
  get: (id, pocketId) => pocketId.findClient(id),
  create: (body, pocketId) => pocketId.createClient(body),
  update: (client, body, pocketId) => pocketId.updateClient(client.id, body),
  delete: (id, pocketId) => pocketId.deleteClient(id),

  async derive(known, context) {
    const { allowNobody, restricted, allowedUserGroupsMode: mode } = known;
    const pkceEnabled = known.pkceEnabled ?? (known.isPublic === true ? true : undefined);
    const clientId = known.clientId ?? (await defaultId(known, context));
    const name = await keptName(known, context);
    const defaults = resetValues(known, await fieldsOf(known, context));
    const leftOut = Object.entries(defaults).filter(([name]) => !context.unknown.includes(name));
    const hasNoGroups =
      known.allowedUserGroupIds === undefined && !context.unknown.includes("allowedUserGroupIds");
    // Then a list that is left out is compared with what Pocket ID has like any other.
    const meansNobody = hasNoGroups && allowNobody === true && restricted === true && mode === "exact";
    return {
      ...Object.fromEntries(leftOut),
      ...known,
      ...(name === undefined ? {} : { name }),
      ...(pkceEnabled === undefined ? {} : { pkceEnabled }),
      ...(clientId === undefined ? {} : { clientId }),
      ...(meansNobody ? { allowedUserGroupIds: [] } : {}),
    };
  },

  async problems(known, context) {
    const combined = combinationProblems(known, context.unknown.includes("allowedUserGroupIds"));
    if (combined.length > 0) return combined;
    await warnOfNoCallbacks(known, context);
    return callbackProblems(known, context);
  },

  related: managedGroupIds,

  newFields: (olds, version) => Object.keys(resetValues(olds, fieldsAt(version))),

  // A client from an interrupted run is restricted, and its list not written yet.
  unfinished: (client) =>
    client.isGroupRestricted && allowedGroupIds(client).length === 0 ? ["allowedUserGroupIds"] : [],

  async afterCreate(made, news, pocketId) {
    if (!news.restricted) return made;
    const wanted = news.allowedUserGroupIds ?? [];
    const groups = await pocketId.knownGroups(wanted);
    await pocketId.changeAllowed(() => pocketId.setAllowedGroups(made.id, wanted));
    // The answer to the POST lacks only the list, and Pocket ID keeps existing groups in it.
    return groups === undefined ? reread(made.id, news, pocketId) : { ...made, allowedUserGroups: groups };
  },

  async afterUpdate(before, isWritten, { news, olds }, pocketId) {
    const isListWritten = await writeAllowedGroups(before, news, olds.allowedUserGroupIds ?? [], pocketId);
    // The answer to a PUT is incomplete.
    return isWritten || isListWritten ? reread(before.id, news, pocketId) : before;
  },
};

/** The handler of `OidcClient`. */
export const oidcClient = objectHandler(declaration, rules);

/** Reads a client that was written, and checks that its list arrived: IDs of groups that don't exist vanish silently. */
async function reread(id: string, news: Inputs, pocketId: PocketId): Promise<OidcClientWithGroups> {
  const live = await pocketId.findClient(id);
  if (live === undefined)
    throw new Error(`OIDC client '${id}' disappeared from Pocket ID while it was being written`);
  const arrived = allowedGroupIds(live);
  const wanted = news.restricted ? (news.allowedUserGroupIds ?? []) : [];
  const lost = wanted.filter((group) => !arrived.includes(group));
  if (lost.length === 0) return live;
  throw new Error(`OIDC client '${id}': no such user group in Pocket ID: ${lost.join(", ")}`);
}

/** The groups whose members may log in while the client is restricted. */
function allowedGroupIds({ allowedUserGroups }: OidcClientWithGroups): string[] {
  return sorted((allowedUserGroups ?? []).map(({ id }) => id));
}

/** Those of the allowed groups that are ours to manage. Lists of clients don't show any. */
function managedGroupIds(
  live: OidcClientWithGroups,
  { allowedUserGroupIds: ours, allowedUserGroupsMode: mode }: Partial<Inputs>,
): Partial<Inputs> {
  if (ours === undefined || !("allowedUserGroups" in live)) return {};
  const allowed = allowedGroupIds(live);
  return { allowedUserGroupIds: mode === "include" ? allowed.filter((id) => ours.includes(id)) : allowed };
}

/**
 * Writes the list of a restricted client, unless it is right already: ours, and in mode `include` those that are there and were
 * never ours. These are read under the lock.
 *
 * @param seen the client as it was when the update began
 * @param previous those that were ours before.
 * @returns whether it was written
 */
function writeAllowedGroups(
  seen: OidcClientWithGroups,
  { restricted, allowedUserGroupIds: ours = [], allowedUserGroupsMode: mode }: Inputs,
  previous: readonly string[],
  pocketId: PocketId,
): Promise<boolean> {
  if (!restricted) return Promise.resolve(false);
  return pocketId.changeAllowed(async () => {
    const live = mode === "exact" ? seen : ((await pocketId.findClient(seen.id)) ?? seen);
    const allowed = allowedGroupIds(live);
    const others = mode === "exact" ? [] : allowed.filter((id) => !previous.includes(id));
    const wanted = sorted([...others, ...ours]);
    if (isDeepStrictEqual(allowed, wanted)) return false;
    await pocketId.setAllowedGroups(seen.id, wanted);
    return true;
  });
}
