import { ROLES } from "@ocis-pocket-id/components";
import { claimValue } from "@ocis-pocket-id/providers/pocket-id";
import type { LoginFacts, PersonFacts } from "../facts";
import { type Finding, finding } from "../finding";
import { roleIn, roleOrText } from "./role";

/**
 * Checks that each person can log in with the role of their group.
 *
 * @param asked the username of `--user`
 * @param meant usernames that `--user` may mean if it is an e-mail address or a full name
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
        ? "check the spelling in Pocket ID under Users; case matters"
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
  // The claim is the same at each client, so one finding about it is enough.
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
        ? `${username} is in no group of this stack, and the ${client} allows nobody else`
        : `the ${client} allows none of the groups of ${username} (${groups.map(({ name }) => name).join(", ")})`;
    const fix =
      groups.length === 0
        ? `add ${username} to one of the groups in Pocket ID, or to \`members\` of the stack`
        : "run `pulumi up --refresh`, which allows the groups again";
    return [finding("person-not-allowed", what, fix)];
  }
  if (outcome.kind === "failed") {
    const what = `Pocket ID can't compute the claims of ${username} (${outcome.reason})`;
    const fix = `check the custom claims of ${username} and of their groups: a value 'null' causes this`;
    return [finding("person-claims-unreadable", what, fix)];
  }
  return checkRole(username, outcome.role, claimKey);
}

function checkRole(username: string, value: unknown, claimKey: string): Finding[] {
  const verdict = roleIn(value);
  if (verdict.kind === "role") return [];
  const roles = ROLES.map(({ claimValue }) => claimValue).join(", ");
  const fix = `correct the claim '${claimKey}' of ${username} or of the group in Pocket ID; the roles are ${roles}`;
  if (verdict.kind === "none") {
    const what = `${username} gets no claim '${claimKey}'`;
    const join = `add ${username} to one of the groups; if they are in one, run \`pulumi up --refresh\``;
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
  const fix = `remove ${username} from all but one of these groups, in Pocket ID or in \`members\` of the stack`;
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
  const what = `${username} has their own claim '${claimKey}: ${shown(claimValue(own))}'; the group's is '${theirs}'`;
  const same = groupValues.size === 1 && groupValues.has(roleOrText(own));
  return finding(same ? "person-own-claim-same" : "person-own-claim", what, fix);
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
