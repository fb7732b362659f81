import { ROLES } from "@ocis-pocket-id/components";
import { claimValue } from "@ocis-pocket-id/providers/pocket-id";
import type { LoginFacts, PersonFacts } from "../facts";
import { type Finding, finding } from "../finding";
import { roleIn, roleOrText } from "./role";

/**
 * Would each of them get in, and with the role of their group?
 *
 * @param asked the one who was asked for by name
 * @param meant usernames of those whom that name may mean: an e-mail address, a name in full
 */
export function checkPeople(
  people: readonly PersonFacts[],
  claimKey: string,
  asked: string | undefined,
  meant: readonly string[],
): Finding[] {
  if (asked !== undefined && people.length === 0) {
    const fix =
      meant.length === 0
        ? "look for another spelling in Pocket ID under Users; upper and lower case count"
        : `did you mean ${meant.join(" or ")}?`;
    return [finding("person-unknown", `Pocket ID has no user '${asked}'`, fix)];
  }
  return people.flatMap((person) => checkPerson(person, claimKey, asked !== undefined));
}

function checkPerson(person: PersonFacts, claimKey: string, asked: boolean): Finding[] {
  if (person.disabled) {
    const code = asked ? "person-disabled" : "member-disabled";
    const fix = `in Pocket ID under Users, open ${person.username} and enable the account`;
    return [finding(code, `${person.username} is disabled`, fix)];
  }
  const findings = person.logins.flatMap((login) => checkLogin(person, login, claimKey));
  // The claim is the same at each client, so what is wrong with it is said once.
  const once = findings.filter(
    ({ code }, index) =>
      code === "person-not-allowed" || findings.findIndex((other) => other.code === code) === index,
  );
  return [...once, ...checkGroups(person, claimKey)];
}

function checkLogin(
  { username, groups }: PersonFacts,
  { client, outcome }: LoginFacts,
  claimKey: string,
): Finding[] {
  if (outcome.kind === "refused") {
    const what =
      groups.length === 0
        ? `${username} is in no group of this stack, and the ${client} lets nobody else in`
        : `the ${client} does not allow a group of ${username} (${groups.map(({ name }) => name).join(", ")})`;
    const fix =
      groups.length === 0
        ? `put ${username} into one of the groups in Pocket ID, or into \`members\` of the stack`
        : "run `pulumi up --refresh`, which allows the groups again";
    return [finding("person-not-allowed", what, fix)];
  }
  if (outcome.kind === "failed") {
    const what = `Pocket ID can't say which claims ${username} would get (${outcome.reason})`;
    const fix = `look at the custom claims of ${username} and of their groups: a value 'null' does this`;
    return [finding("person-claims-unreadable", what, fix)];
  }
  return checkRole(username, outcome.role, claimKey);
}

function checkRole(username: string, value: unknown, claimKey: string): Finding[] {
  const verdict = roleIn(value);
  if (verdict.kind === "role") return [];
  const roles = ROLES.map(({ claimValue }) => claimValue).join(", ");
  const fix = `mend the claim '${claimKey}' of ${username} or of the group in Pocket ID; the roles are ${roles}`;
  if (verdict.kind === "none") {
    const what = `${username} gets no claim '${claimKey}'`;
    const join = `put ${username} into one of the groups; if they are in one, run \`pulumi up --refresh\``;
    return [finding("person-without-role", what, join)];
  }
  return verdict.kind === "unknown"
    ? [finding("person-role-unknown", `${username} gets '${claimKey}: ${verdict.shown}'`, fix)]
    : [finding("person-role-type", `${username} gets ${verdict.type} as '${claimKey}'`, fix)];
}

function checkGroups({ username, ownValue, groups, logins }: PersonFacts, claimKey: string): Finding[] {
  const giving = groups.filter(({ value }) => value !== undefined);
  const values = new Set(giving.map(({ value = "" }) => roleOrText(value)));
  if (ownValue !== undefined)
    return giving.length === 0 ? [] : [ownClaim(username, ownValue, values, claimKey)];
  if (values.size < 2) return [];
  const named = giving.map(({ name, value }) => `${name} (${claimKey}: ${value ?? ""})`).join(" and ");
  const wins = logins.map(({ outcome }) => outcome).find((outcome) => outcome.kind === "claims");
  const winner = wins === undefined ? "" : `; Pocket ID gives '${shown(wins.role)}'`;
  const fix = `take ${username} out of all but one of these groups, in Pocket ID or in \`members\` of the stack`;
  return [finding("person-in-two-groups", `${username} is in ${named}${winner}`, fix)];
}

function ownClaim(
  username: string,
  own: string,
  groupValues: ReadonlySet<string>,
  claimKey: string,
): Finding {
  const theirs = [...groupValues].join("' or '");
  const fix = `in Pocket ID under Users, open ${username} and remove the custom claim '${claimKey}'`;
  const what = `${username} has a claim '${claimKey}: ${shown(claimValue(own))}' of their own; the group's is '${theirs}'`;
  const same = groupValues.size === 1 && groupValues.has(roleOrText(own));
  return finding(same ? "person-own-claim-same" : "person-own-claim", what, fix);
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
