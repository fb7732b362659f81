import { announce } from "../core/adoption";
import type { InputsOf } from "../core/declare";
import type { Operations } from "../core/handler";
import { pocketIdHandler } from "../core/pocket-id-handler";
import { isInState, lookAhead, noteInState } from "../core/preview";
import { gone } from "../core/message";
import type { Claim, PocketId } from "../pocket-id";
import { type CustomClaimResult, customClaims as declaration } from "./declaration";
import * as lists from "./claims";

type Inputs = InputsOf<typeof declaration>;

const operations: Operations<Inputs, Inputs & { adopted: boolean }, PocketId> = {
  async problems(known, { creating, olds, unknown, open }) {
    const problems = lists.claimProblems(known, unknown);
    if (problems.length > 0) return problems;
    if (!creating) {
      noteInState(declaration.type, claimsOf(olds));
      return [];
    }
    const { claims, adopt, groupId, userId, groupName } = known;
    const owner = groupId ?? userId;
    if (claims === undefined || adopt === undefined) return [];
    if (claimsOf(known).every((one) => isInState(declaration.type, one))) return [];
    // Without adoption the group is new, or its own resource is refused.
    if (owner === undefined && (groupName === undefined || adopt === "never")) return [];
    const looked = await lookAhead(() => ownerAtPreview(known, open()));
    if (looked?.answer === undefined) return [];
    const { what, claims: before } = looked.answer;
    const inputs = { mode: "exact", valueMode: "exact", ...known, claims, adopt } as Inputs;
    const reason = lists.takeoverProblem(what, before, inputs);
    if (reason !== undefined) return [{ property: "claims", reason }];
    const differences = lists.changesIn(before, inputs);
    if (adopt !== "never" || (lists.hasOneOf(claims, before) && differences.length > 0)) {
      announce(adopt, { what: `claims of ${what}`, differences });
    }
    return [];
  },

  async create(inputs, pocketId) {
    const owner = ownerOf(inputs);
    return pocketId.locks.run(owner.id, async () => {
      const { what, claims: before } = await mustFind(owner, pocketId);
      const problem = lists.takeoverProblem(what, before, inputs);
      if (problem !== undefined) throw new Error(problem);
      const adopted = lists.wasThere(inputs, before) && inputs.adopt !== "reclaim";
      const claims = await write(owner, before, inputs, [], pocketId);
      return { id: `${owner.kind}/${owner.id}`, outputs: { ...inputs, claims, adopted } };
    });
  },

  async read(_id, olds, pocketId) {
    const owner = ownerOf(olds);
    const stored = await pocketId.findClaims(owner.kind, owner.id);
    if (stored === undefined) return undefined;
    return { ...olds, claims: lists.managed(stored, olds) };
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

const claimsOf = ({ groupId, userId, claims = [] }: Partial<Inputs>) =>
  claims.map(({ key }) => `${groupId ?? userId ?? ""}/${key}`);

/** Writes the whole list (Pocket ID has no other call), unless it is right already. Returns the managed claims as stored. */
async function write(
  owner: Owner,
  before: readonly Claim[],
  inputs: Inputs,
  previous: readonly CustomClaimResult[],
  pocketId: PocketId,
) {
  const wanted = lists.listToWrite(before, inputs, previous);
  if (lists.isSame(before, wanted)) return lists.managed(before, inputs);
  return lists.managed(await pocketId.setClaims(owner.kind, owner.id, wanted), inputs);
}

/** Whose claims they are. */
type Owner = ReturnType<typeof ownerOf>;

function ownerOf({ groupId, userId }: Inputs) {
  if (groupId !== undefined) return { kind: "user-group", id: groupId } as const;
  if (userId !== undefined) return { kind: "user", id: userId } as const;
  throw new Error("CustomClaims needs a groupId or a userId");
}

/** An owner as messages name it, and its claims. */
async function mustFind({ kind, id }: Owner, pocketId: PocketId) {
  const what = kind === "user" ? "user" : "user group";
  const found = await pocketId.findClaimsToWrite(kind, id);
  if (found === undefined) throw gone(`${what} ${id}`);
  return { what: `${what} '${found.name}'`, claims: found.claims };
}

/** The owner, or the group that it will be by its name: the ID of one that is adopted isn't known at preview. */
async function ownerAtPreview({ groupId, userId, groupName }: Partial<Inputs>, pocketId: PocketId) {
  if (userId !== undefined) {
    const user = await pocketId.findUser(userId);
    return user && { what: `user '${user.username}'`, claims: user.customClaims ?? [] };
  }
  const group = await pocketId.findGroupAtPreview(groupId, groupName);
  return group && { what: `user group '${group.name}'`, claims: group.customClaims ?? [] };
}
