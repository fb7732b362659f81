import { isDeepStrictEqual } from "node:util";
import {
  type CheckContext,
  handlerOf,
  PartialFailure,
  type Problem,
  type ResourceRules,
} from "../core/handler";
import { adoptionProblem, announceAdoption, isAdopted } from "../core/adoption";
import { lookAhead } from "../core/look-ahead";
import {
  AlreadyInUseError,
  type OidcClientObject,
  type OidcClientWithGroups,
  openPocketId,
  type PocketId,
} from "../pocket-id";
import { mayHaveActed } from "../pocket-id/retry";
import { announceMove, movedAway, serverOf } from "../core/server";
import { defaultId, existingOf, find, isOurs } from "./existing";
import { combinationProblems, type Inputs, inputs } from "./inputs";
import {
  allowedGroupIds,
  bodyFor,
  groupsToAllow,
  isCurrent,
  managedFields,
  sorted,
  unsupported,
} from "./wire";

interface Outputs extends Inputs {
  adopted: boolean;
}

const rules: ResourceRules<Inputs, Outputs, PocketId> = {
  inputs,
  replacedBy: ["clientId"],
  filledIn: ["clientId"],
  shown: ["isPublic", "restricted"],
  notCompared: ["adopt", "allowNobody", "defaultClientId", "server"],

  async derive(known, context) {
    const pkceEnabled = known.pkceEnabled ?? (known.isPublic === true ? true : undefined);
    const clientId = known.clientId ?? (await defaultId(known, context));
    return {
      ...serverOf(context),
      ...(pkceEnabled === undefined ? {} : { pkceEnabled }),
      ...(clientId === undefined ? {} : { clientId }),
    };
  },

  async problems(known, context): Promise<Problem[]> {
    const problems = combinationProblems(known, context.unknown.includes("allowedUserGroupIds"));
    if (problems.length > 0) return problems;
    if (context.creating || Object.keys(unsupportedNewly(known, context.olds)).length > 0) {
      const looked = await lookAhead(() => context.open().version());
      if (looked !== undefined) problems.push(...versionProblems(known, looked.answer));
    }
    if (!context.creating) problems.push(...(await clientMoved(context)));
    if (!context.creating || (known.clientId !== undefined && isOurs(known.clientId, context)))
      return problems;
    const looked = await lookAhead(() => find(known, context.open()));
    if (looked === undefined || known.adopt === undefined) return problems;
    const existing = existingOf(looked.answer, known);
    return [...problems, ...announceAdoption(known.adopt, "clientId", inWords(known), existing)];
  },

  async create(news, pocketId) {
    refuseUnsupported(news, await pocketId.version());
    const found = await find(news, pocketId);
    const problem = adoptionProblem(news.adopt, inWords(news), existingOf(found, news));
    if (problem !== undefined) throw new Error(problem);
    if (found !== undefined) {
      const written = await write(found.id, news, [], pocketId);
      return { id: found.id, outputs: { ...written, adopted: isAdopted(news.adopt, found) } };
    }
    const made = await makeOnce(news, pocketId);
    try {
      return {
        id: made.id,
        outputs: {
          ...(await allowNew(made, news, pocketId)),
          adopted: false,
        },
      };
    } catch (error) {
      // The client is there, closed to everybody; the next up writes its list.
      const unfinished = { ...news, clientId: made.id, allowedUserGroupIds: [], adopted: false };
      throw new PartialFailure(made.id, unfinished, error);
    }
  },

  async read(id, olds, pocketId) {
    const live = await pocketId.findClient(id);
    if (live !== undefined) return { ...olds, ...managedFields(live, olds) };
    announceMove(inWords(olds), olds.server, pocketId);
    return undefined;
  },

  async update(id, olds, news, pocketId) {
    refuseUnsupported(news, await pocketId.version());
    return { ...(await write(id, news, olds.allowedUserGroupIds ?? [], pocketId)), adopted: olds.adopted };
  },

  async delete(id, olds, pocketId) {
    if (!olds.adopted || olds.deleteAdopted) await pocketId.deleteClient(id);
  },
};

/** The handler of `OidcClient`. */
export const oidcClient = handlerOf(rules, openPocketId);

/** A POST whose answer was lost is never repeated: the client of our content that is there now, and was not before, is ours. */
async function makeOnce(news: Inputs, pocketId: PocketId): Promise<OidcClientObject> {
  const before = new Set((await pocketId.listClients()).map(({ id }) => id));
  const body = { ...bodyFor(news, undefined), ...(news.clientId === undefined ? {} : { id: news.clientId }) };
  try {
    return await pocketId.createClient(body);
  } catch (error) {
    if (error instanceof AlreadyInUseError) {
      const problem = adoptionProblem("never", inWords(news), existingOf(await find(news, pocketId), news));
      throw problem === undefined ? error : new Error(problem, { cause: error });
    }
    if (!mayHaveActed(error)) throw error;
    const made = (await pocketId.listClients()).filter(
      (client) =>
        !before.has(client.id) && (news.clientId ?? client.id) === client.id && isCurrent(client, news),
    );
    if (made.length !== 1 || made[0] === undefined) throw error;
    return made[0];
  }
}

/**
 * Reads, lays the managed fields over, writes if something differs, and reads again: the answer to a write is not whole.
 *
 * @param previous IDs of groups that this resource allowed before.
 */
async function write(
  id: string,
  news: Inputs,
  previous: readonly string[],
  pocketId: PocketId,
): Promise<Inputs> {
  const live = await pocketId.findClient(id);
  if (live === undefined) {
    throw new Error(
      `OIDC client '${id}' is gone from Pocket ID: run \`pulumi up --refresh\` to make it again`,
    );
  }
  const current = isCurrent(live, news);
  if (!current) await pocketId.updateClient(id, bodyFor(news, live));
  const wanted = groupsToAllow(live, news, previous);
  if (!news.restricted || !isDeepStrictEqual(allowedGroupIds(live), wanted))
    return allow(id, news, wanted, pocketId);
  return current ? outputsOf(live, news) : reread(id, news, pocketId);
}

/**
 * The same for a client that was just made: the answer to that had all but the list, and groups that are known to be there
 * do not vanish from it.
 */
async function allowNew(made: OidcClientObject, news: Inputs, pocketId: PocketId): Promise<Inputs> {
  const wanted = news.restricted ? (news.allowedUserGroupIds ?? []) : [];
  if (!(await pocketId.knowsGroups(wanted))) return allow(made.id, news, wanted, pocketId);
  if (news.restricted) await pocketId.setAllowedGroups(made.id, wanted);
  const outputs = outputsOf(made, news);
  return news.allowedUserGroupIds === undefined
    ? outputs
    : { ...outputs, allowedUserGroupIds: sorted(wanted) };
}

/** Writes the list of a restricted client, and checks that it arrived: IDs that do not exist vanish without a word. */
async function allow(
  id: string,
  news: Inputs,
  wanted: readonly string[],
  pocketId: PocketId,
): Promise<Inputs> {
  if (news.restricted) await pocketId.setAllowedGroups(id, wanted);
  return reread(id, news, pocketId);
}

async function reread(id: string, news: Inputs, pocketId: PocketId): Promise<Inputs> {
  const live = await pocketId.findClient(id);
  if (live === undefined) throw new Error(`OIDC client '${id}' vanished from Pocket ID while it was written`);
  const arrived = allowedGroupIds(live);
  const lost = news.restricted
    ? (news.allowedUserGroupIds ?? []).filter((group) => !arrived.includes(group))
    : [];
  if (lost.length > 0) {
    throw new Error(`OIDC client '${id}': no such user group in Pocket ID: ${lost.join(", ")}`);
  }
  return outputsOf(live, news);
}

function outputsOf(live: OidcClientWithGroups, news: Inputs): Inputs {
  return { ...news, ...managedFields(live, news), clientId: live.id };
}

async function clientMoved(context: CheckContext<PocketId>): Promise<Problem[]> {
  const olds = context.olds as Partial<Inputs>;
  const isThere = async (pocketId: PocketId) =>
    (await pocketId.listClients()).some(({ id, name }) => id === olds.clientId || name === olds.name);
  return movedAway(inWords(olds), isThere, context);
}

function unsupportedNewly(known: Partial<Inputs>, olds: Readonly<Record<string, unknown>>) {
  return unsupported(known, "0.0").filter(({ property }) => !(property in olds));
}

function versionProblems(known: Partial<Inputs>, version: string): Problem[] {
  return unsupported(known, version).map(({ property, since }) => ({
    property,
    reason: `needs Pocket ID ${since} or later, and this one is ${version}: leave it out, or upgrade Pocket ID`,
  }));
}

function refuseUnsupported(news: Inputs, version: string): void {
  const [first] = versionProblems(news, version);
  if (first !== undefined) throw new Error(`${first.property} ${first.reason}`);
}

function inWords({ clientId, name = "" }: Partial<Inputs>): string {
  return clientId === undefined ? `OIDC client named '${name}'` : `OIDC client '${clientId}' ('${name}')`;
}
