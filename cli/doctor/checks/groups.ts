import type { GroupFacts } from "../facts";
import { type Finding, finding } from "../finding";
import type { Subject } from "../../stacks/subject";
import { roleOrText } from "./role";

/** Does each role have its group, with the claim that oCIS looks for? */
export function checkGroups(
  groups: ReadonlyMap<string, GroupFacts>,
  { groups: expected, claimKey }: Subject,
): Finding[] {
  const findings = expected.flatMap(({ id, name, claimValue }) => {
    const group = groups.get(id);
    if (group === undefined)
      return [finding("group-missing", `the group ${name} is not in Pocket ID`, FIX_UP)];
    const wanted = `'${claimKey}: ${claimValue}'`;
    if (group.claimValue === undefined) {
      return [finding("group-claim-missing", `the group ${group.name} has no claim ${wanted}`, FIX_UP)];
    }
    if (roleOrText(group.claimValue) === claimValue) return [];
    const what = `the group ${group.name} has the claim '${claimKey}: ${group.claimValue}' instead of ${wanted}`;
    return [finding("group-claim-wrong", what, FIX_UP)];
  });
  const people = [...groups.values()].reduce((sum, { members }) => sum + members, 0);
  if (people > 0 || groups.size === 0) return findings;
  const what = "the groups of this stack have no members";
  return [...findings, finding("nobody-has-a-role", what, FIX_MEMBERS)];
}

const FIX_UP = "run `pulumi up --refresh`, which sets the group right again";

const FIX_MEMBERS = "put people into the groups in Pocket ID, or set `members` of the stack";
