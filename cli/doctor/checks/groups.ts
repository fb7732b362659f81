import type { GroupFacts } from "../facts";
import { type Finding, finding } from "../finding";
import type { Subject } from "../../stacks/subject";
import { roleOrText } from "./role";

/** Checks that each role has its group, with the claim that oCIS reads. */
export function checkGroups(
  groups: ReadonlyMap<string, GroupFacts>,
  { groups: expected, claimKey }: Subject,
): Finding[] {
  const findings = expected.flatMap(({ id, name, claimValue }) => {
    const group = groups.get(id);
    if (group === undefined)
      return [finding("group-missing", `the group ${name} doesn't exist in Pocket ID`)];
    const wanted = `'${claimKey}: ${claimValue}'`;
    if (group.claimValue === undefined) {
      return [finding("group-claim-missing", `the group ${group.name} has no claim ${wanted}`)];
    }
    if (roleOrText(group.claimValue) === claimValue) return [];
    const what = `the group ${group.name} has the claim '${claimKey}: ${group.claimValue}' instead of ${wanted}`;
    return [finding("group-claim-wrong", what)];
  });
  const people = [...groups.values()].reduce((sum, { members }) => sum + members, 0);
  if (people > 0 || groups.size === 0) return findings;
  const what = "the groups of this stack have no members";
  return [...findings, finding("nobody-has-a-role", what)];
}
