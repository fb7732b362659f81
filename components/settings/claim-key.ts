import { RESERVED_CLAIM_KEYS } from "@ocis-pocket-id/providers";
import type { Problem } from "./problem";

/** The claim that carries the role, in the guide and in oCIS. */
export const DEFAULT_CLAIM_KEY = "roles";

/** What is wrong with the key of the claim that carries the role; an empty list when nothing is. */
export function claimKeyProblems(claimKey: string): Problem[] {
  const message = claimKeyProblem(claimKey);
  return message === undefined ? [] : [{ field: "claimKey", message }];
}

function claimKeyProblem(key: string): string | undefined {
  if (key.trim() === "")
    return `'${key}' is empty: write '${DEFAULT_CLAIM_KEY}', or a name of your own like 'ocis_roles'`;
  if (RESERVED_CLAIM_KEYS.includes(key)) {
    return `'${key}' is a claim that Pocket ID fills itself: write another, like '${DEFAULT_CLAIM_KEY}'`;
  }
  if (key === "picture")
    return "'picture' is overwritten by Pocket ID with the person's picture: write another";
  if (/[\s\p{Cc}]/u.test(key))
    return `'${key.trim()}' has blanks in or around it: write one word, like 'ocis_roles'`;
  if (/[.\\]/.test(key)) {
    return `'${key}' has a dot or a backslash, by which oCIS looks inside a claim: write '${key.replace(/[.\\]+/g, "_")}'`;
  }
  return undefined;
}
