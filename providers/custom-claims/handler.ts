import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type Adoption, adoption, deleteAdopted } from "../core/adoption";
import { handlerOf, type Problem, type ResourceRules } from "../core/handler";
import { type ListMode, listMode } from "../core/list-mode";
import { type Claim, type ClaimOwner, openPocketId, type PocketId } from "../pocket-id";
import { decodeClaims, encodeValue, type JsonValue, RESERVED_CLAIM_KEYS, sortedByKey } from "./wire";

interface Inputs {
  groupId?: string;
  userId?: string;
  claims: { key: string; value: JsonValue }[];
  mode: ListMode;
  adopt: Adoption;
  deleteAdopted: boolean;
}

interface Outputs extends Inputs {
  /** True when some of the claims were there before; destroy then leaves them in place. */
  adopted: boolean;
}

const id = z.string().min(1, "must not be empty").optional();
/** JavaScript takes a property of this name for something else, and it would get lost on the way. */
const jsonValue = z
  .unknown()
  .refine((value) => value === undefined || !JSON.stringify(value).includes('"__proto__":'), {
    error: "must not have a property named __proto__",
  })
  .pipe(z.json());
const claim = z.strictObject({ key: z.string().min(1, "must not be empty"), value: jsonValue });

const rules: ResourceRules<Inputs, Outputs, PocketId> = {
  inputs: z.object({
    groupId: id,
    userId: id,
    claims: z.array(claim).transform((claims) => sortedByKey(claims)),
    mode: listMode,
    adopt: adoption,
    deleteAdopted,
  }),
  replacedBy: ["groupId", "userId"],
  notCompared: ["adopt"],

  problems({ groupId, userId, claims = [] }): Problem[] {
    const problems: Problem[] = [];
    if (groupId !== undefined && userId !== undefined) {
      problems.push({ property: "userId", reason: "give either groupId or userId, not both" });
    }
    claims.forEach(({ key }, index) => {
      if (RESERVED_CLAIM_KEYS.includes(key)) {
        problems.push({
          property: "claims",
          reason: `'${key}' is filled by Pocket ID itself: choose another key`,
        });
      }
      if (claims[index - 1]?.key === key) {
        problems.push({ property: "claims", reason: `'${key}' is there twice: each key may have one value` });
      }
    });
    return problems;
  },

  async create(inputs, pocketId) {
    const owner = ownerOf(inputs);
    return pocketId.locks.run(owner.id, async () => {
      const before = await mustFind(owner, pocketId);
      refuseTakeover(owner, before, inputs);
      const wereThere = before.some(({ key }) => inputs.claims.some((ours) => ours.key === key));
      const adopted = wereThere && inputs.adopt !== "reclaim";
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
export const customClaims = handlerOf(rules, openPocketId);

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
  throw new Error(`${nameOf(owner)} is gone from Pocket ID: run \`pulumi up --refresh\` to make it again`);
}

/** Says no to what `adopt` does not allow. */
function refuseTakeover(owner: Owner, before: readonly Claim[], inputs: Inputs): void {
  const { adopt, claims } = inputs;
  if (adopt === "must" && !before.some(({ key }) => claims.some((claim) => claim.key === key))) {
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

/** Those of the stored claims that are ours to manage, as they are now. */
function managed(stored: readonly Claim[], { claims, mode }: Inputs) {
  const ours =
    mode === "exact" ? stored : stored.filter(({ key }) => claims.some((claim) => claim.key === key));
  return decodeClaims(ours);
}

/** Stored claims that a write would change or remove. */
function overwritten(stored: readonly Claim[], { claims, mode }: Inputs): Claim[] {
  const wanted = new Map(claims.map(({ key, value }) => [key, value]));
  return stored.filter((claim) => {
    if (!wanted.has(claim.key)) return mode === "exact";
    return !isDeepStrictEqual(decodeClaims([claim])[0]?.value, wanted.get(claim.key));
  });
}

/** Writes the whole list (there is no other call), unless it is right already. Returns the managed claims as stored. */
async function write(
  owner: Owner,
  before: readonly Claim[],
  inputs: Inputs,
  previous: readonly { key: string }[],
  pocketId: PocketId,
) {
  const ours = inputs.claims.map(({ key, value }) => ({ key, value: encodeValue(value) }));
  const isOurs = (key: string) => [...ours, ...previous].some((claim) => claim.key === key);
  const others = inputs.mode === "exact" ? [] : before.filter(({ key }) => !isOurs(key));
  const wanted = [...others, ...ours];
  if (isDeepStrictEqual(decodeClaims(before), decodeClaims(wanted))) return managed(before, inputs);
  return managed(await pocketId.setClaims(owner.kind, owner.id, wanted), inputs);
}
