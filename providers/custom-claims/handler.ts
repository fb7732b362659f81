import { announce } from "../core/adoption";
import type { InputsOf } from "../core/declare";
import type { Operations } from "../core/handler";
import { pocketIdHandler } from "../core/pocket-id-handler";
import { lookAhead } from "../core/preview";
import { gone, type Problem } from "../core/problems";
import type { Claim, ClaimOwner, PocketId } from "../pocket-id";
import { type CustomClaimResult, customClaims as declaration } from "./declaration";
import {
  changesIn,
  claimProblems,
  hasOneOf,
  isSame,
  listToWrite,
  managed,
  overwritten,
  wasThere,
} from "./lists";

type Inputs = InputsOf<typeof declaration>;

/** Claims in state, by owner and key: replacing their resource is checked a second time as if it were new. */
const ours = new Set<unknown>();

const operations: Operations<Inputs, Inputs & { adopted: boolean }, PocketId> = {
  async problems(known, { creating, olds, unknown, open }) {
    const problems = claimProblems(known, unknown);
    if (problems.length > 0) return problems;
    if (!creating) return noteOurs(olds);
    const { claims, adopt, groupId, userId, groupName } = known;
    const owner = groupId ?? userId;
    if (claims === undefined || adopt === undefined || claimsOf(known).every((one) => ours.has(one)))
      return [];
    // A group that isn't to be adopted is new, or refused by itself.
    if (owner === undefined && (groupName === undefined || adopt === "never")) return [];
    const looked = await lookAhead(() => ownerAtPreview(known, open()));
    if (looked?.answer === undefined) return [];
    const { what, claims: before } = looked.answer;
    const inputs = { mode: "exact", valueMode: "exact", ...known, claims, adopt } as Inputs;
    const reason = takeoverProblem(what, before, inputs);
    if (reason !== undefined) return [{ property: "claims", reason }];
    const differences = changesIn(before, inputs);
    if (adopt !== "never" || (hasOneOf(claims, before) && differences.length > 0)) {
      announce(adopt, { what: `claims of ${what}`, differences });
    }
    return [];
  },

  async create(inputs, pocketId) {
    const owner = ownerOf(inputs);
    return pocketId.locks.run(owner.id, async () => {
      const { what, claims: before } = await mustFind(owner, pocketId);
      const problem = takeoverProblem(what, before, inputs);
      if (problem !== undefined) throw new Error(problem);
      const adopted = wasThere(inputs, before) && inputs.adopt !== "reclaim";
      const claims = await write(owner, before, inputs, [], pocketId);
      return { id: `${owner.kind}/${owner.id}`, outputs: { ...inputs, claims, adopted } };
    });
  },

  async read(_id, olds, pocketId) {
    const owner = ownerOf(olds);
    const stored = await pocketId.findClaims(owner.kind, owner.id);
    if (stored === undefined) return undefined;
    return { ...olds, claims: managed(stored, olds) };
  },

  async update(_id, olds, news, pocketId) {
    const owner = ownerOf(news);
    return pocketId.locks.run(owner.id, async () => {
      const { claims: before } = await mustFind(owner, pocketId);
      const claims = await write(owner, before, news, olds.claims, pocketId);
      return { ...news, claims, adopted: olds.adopted };
    });
  },

  async delete(_id, olds, pocketId) {
    if (olds.adopted && !olds.deleteAdopted) return;
    const owner = ownerOf(olds);
    await pocketId.locks.run(owner.id, async () => {
      const before = await pocketId.findClaimsToWrite(owner.kind, owner.id);
      if (before !== undefined) {
        await write(owner, before.claims, { ...olds, claims: [] }, olds.claims, pocketId);
      }
    });
  },
};

/** The handler of {@link CustomClaims}. */
export const customClaims = pocketIdHandler(declaration, operations);

interface Owner {
  kind: ClaimOwner;
  id: string;
}

const claimsOf = ({ groupId, userId, claims = [] }: Partial<Inputs>) =>
  claims.map(({ key }) => `${groupId ?? userId ?? ""}/${key}`);

function noteOurs(olds: Partial<Inputs>): Problem[] {
  for (const one of claimsOf(olds)) ours.add(one);
  return [];
}

/** An owner in words, and the claims that it has. */
interface Found {
  readonly what: string;
  readonly claims: readonly Claim[];
}

function ownerOf({ groupId, userId }: Inputs): Owner {
  if (groupId !== undefined) return { kind: "user-group", id: groupId };
  if (userId !== undefined) return { kind: "user", id: userId };
  throw new Error("CustomClaims needs a groupId or a userId");
}

async function mustFind({ kind, id }: Owner, pocketId: PocketId): Promise<Found> {
  const what = kind === "user" ? "user" : "user group";
  const found = await pocketId.findClaimsToWrite(kind, id);
  if (found === undefined) throw gone(`${what} ${id}`);
  return { what: `${what} '${found.name}'`, claims: found.claims };
}

/** The owner, or the group that it will be by its name: the ID of one that is adopted isn't known at preview. */
async function ownerAtPreview(
  { groupId, userId, groupName }: Partial<Inputs>,
  pocketId: PocketId,
): Promise<Found | undefined> {
  if (userId !== undefined) {
    const user = await pocketId.findUser(userId);
    return user && { what: `user '${user.username}'`, claims: user.customClaims ?? [] };
  }
  const group = await pocketId.findGroupAtPreview(groupId, groupName);
  return group && { what: `user group '${group.name}'`, claims: group.customClaims ?? [] };
}

/** Why claims can't be taken over, or undefined. */
function takeoverProblem(what: string, before: readonly Claim[], inputs: Inputs): string | undefined {
  const { adopt, claims } = inputs;
  if (adopt === "must" && !hasOneOf(claims, before)) {
    return `${what} has none of these claims to adopt: set adopt: "ifExists" to make them`;
  }
  const taken = overwritten(before, inputs);
  if (taken.length === 0 || adopt === "ifExists" || adopt === "must") return undefined;
  const list = taken.map(({ key, value }) => `${key} = ${value}`).join(", ");
  return (
    `${what} has other claims already (${list}): set adopt: "ifExists" to overwrite them, mode: "include" to leave other ` +
    'keys alone, or valueMode: "include" to leave other values of a list alone'
  );
}

/** Writes the whole list (there is no other call), unless it is right already. Returns the managed claims as stored. */
async function write(
  owner: Owner,
  before: readonly Claim[],
  inputs: Inputs,
  previous: readonly CustomClaimResult[],
  pocketId: PocketId,
) {
  const wanted = listToWrite(before, inputs, previous);
  if (isSame(before, wanted)) return managed(before, inputs);
  return managed(await pocketId.setClaims(owner.kind, owner.id, wanted), inputs);
}
