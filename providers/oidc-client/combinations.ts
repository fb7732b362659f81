import type { InputsOf } from "../core/declare";
import type { Problem } from "../core/problems";
import type { oidcClient } from "./declaration";

/** Problems that several properties of a client together show. */
export function combinationProblems(
  known: Partial<InputsOf<typeof oidcClient>>,
  hasUnknownGroups: boolean,
): Problem[] {
  const problems: Problem[] = [];
  const groups = known.allowedUserGroupIds;
  if (known.isPublic === true && known.pkceEnabled === false) {
    problems.push({
      property: "pkceEnabled",
      reason: "a public client always uses PKCE: leave it out, or set true",
    });
  }
  if (
    known.restricted === true &&
    !hasUnknownGroups &&
    known.allowNobody !== true &&
    (groups ?? []).length === 0
  ) {
    problems.push({
      property: "allowedUserGroupIds",
      reason:
        "a restricted client needs the groups whose members may log in; set restricted: false for everybody, or " +
        "allowNobody: true if nobody may log in",
    });
  }
  if (known.restricted === false && groups !== undefined && groups.length > 0) {
    problems.push({
      property: "allowedUserGroupIds",
      reason: "has no effect with restricted: false, which lets everybody log in: leave one of them out",
    });
  }
  return problems;
}
