import { isDeepStrictEqual } from "node:util";
import type { InputsOf } from "../core/declare";
import type { Operations } from "../core/handler";
import { gone } from "../core/problems";
import { pocketIdHandler } from "../pocket-id-handler";
import type { Claim, ClaimOwner, PocketId } from "../pocket-id";
import { customClaims as declaration } from "./declaration";
import { claimProblems, hasOneOf, listToWrite, managed, overwritten } from "./lists";
import { decodeClaims } from "./wire";

type Inputs = InputsOf<typeof declaration>;

const operations: Operations<Inputs, Inputs & { adopted: boolean }, PocketId> = {
  problems: claimProblems,

  async create(inputs, pocketId) {
    const owner = ownerOf(inputs);
    return pocketId.locks.run(owner.id, async () => {
      const before = await mustFind(owner, pocketId);
      refuseTakeover(owner, before, inputs);
      const adopted = hasOneOf(inputs.claims, before) && inputs.adopt !== "reclaim";
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
      const before = await mustFind(owner, pocketId);
      const claims = await write(owner, before, news, olds.claims, pocketId);
      return { ...news, claims, adopted: olds.adopted };
    });
  },

  async delete(_id, olds, pocketId) {
    if (olds.adopted && !olds.deleteAdopted) return;
    const owner = ownerOf(olds);
    await pocketId.locks.run(owner.id, async () => {
      const before = await pocketId.findClaims(owner.kind, owner.id);
      if (before !== undefined) await write(owner, before, { ...olds, claims: [] }, olds.claims, pocketId);
    });
  },
};

/** The handler of {@link CustomClaims}. */
export const customClaims = pocketIdHandler(declaration, operations);

interface Owner {
  kind: ClaimOwner;
  id: string;
}

function ownerOf({ groupId, userId }: Inputs): Owner {
  if (groupId !== undefined) return { kind: "user-group", id: groupId };
  if (userId !== undefined) return { kind: "user", id: userId };
  throw new Error("CustomClaims needs a groupId or a userId");
}

const nameOf = ({ kind, id }: Owner) => `${kind === "user" ? "user" : "user group"} ${id}`;

async function mustFind(owner: Owner, pocketId: PocketId): Promise<Claim[]> {
  const claims = await pocketId.findClaims(owner.kind, owner.id);
  if (claims !== undefined) return claims;
  throw gone(nameOf(owner));
}

/** Says no to what `adopt` does not allow. */
function refuseTakeover(owner: Owner, before: readonly Claim[], inputs: Inputs): void {
  const { adopt, claims } = inputs;
  if (adopt === "must" && !hasOneOf(claims, before)) {
    throw new Error(`${nameOf(owner)} has none of these claims to adopt: set adopt: "ifExists" to make them`);
  }
  const taken = overwritten(before, inputs);
  if (taken.length === 0 || adopt === "ifExists" || adopt === "must") return;
  const list = taken.map(({ key, value }) => `${key} = ${value}`).join(", ");
  throw new Error(
    `${nameOf(owner)} has other claims already (${list}): set adopt: "ifExists" to overwrite them, or mode: "include" to ` +
      "leave other keys alone",
  );
}

/** Writes the whole list (there is no other call), unless it is right already. Returns the managed claims as stored. */
async function write(
  owner: Owner,
  before: readonly Claim[],
  inputs: Inputs,
  previous: readonly { key: string }[],
  pocketId: PocketId,
) {
  const wanted = listToWrite(before, inputs, previous);
  if (isDeepStrictEqual(decodeClaims(before), decodeClaims(wanted))) return managed(before, inputs);
  return managed(await pocketId.setClaims(owner.kind, owner.id, wanted), inputs);
}
