import type { InputsOf } from "../core/declare";
import { gone } from "../core/problems";
import type { Claim, ClaimOwner, PocketId } from "../pocket-id";
import type { customClaims } from "./declaration";

type Inputs = InputsOf<typeof customClaims>;

/** Whose claims they are. */
export interface Owner {
  kind: ClaimOwner;
  id: string;
}

/** An owner as messages name it, and its claims. */
export interface Found {
  readonly what: string;
  readonly claims: readonly Claim[];
}

export function ownerOf({ groupId, userId }: Inputs): Owner {
  if (groupId !== undefined) return { kind: "user-group", id: groupId };
  if (userId !== undefined) return { kind: "user", id: userId };
  throw new Error("CustomClaims needs a groupId or a userId");
}

export async function mustFind({ kind, id }: Owner, pocketId: PocketId): Promise<Found> {
  const what = kind === "user" ? "user" : "user group";
  const found = await pocketId.findClaimsToWrite(kind, id);
  if (found === undefined) throw gone(`${what} ${id}`);
  return { what: `${what} '${found.name}'`, claims: found.claims };
}

/** The owner, or the group that it will be by its name: the ID of one that is adopted isn't known at preview. */
export async function ownerAtPreview(
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
