import { productOf } from "@ocis-pocket-id/components";
import {
  claimValue,
  ForbiddenError,
  peopleMeant,
  type PocketId,
  PocketIdError,
  type UserGroupObject,
  type UserObject,
} from "@ocis-pocket-id/providers/pocket-id";
import type { ExpectedClient, Subject } from "../stacks/subject";
import { type Finding, finding, onceEach } from "./finding";

/** A group in Pocket ID that belongs to the stack, or carries the role's claim. */
export interface Membership {
  readonly group: UserGroupObject;
  /** The value of the role's claim; undefined without one. */
  readonly value: string | undefined;
  readonly memberIds: ReadonlySet<string>;
  /** Whether the group is the stack's. */
  readonly isOurs: boolean;
}

/** Our groups, and all others with the role's claim: each of them can determine a person's role. */
export async function findMemberships(
  pocketId: PocketId,
  { groups, claimKey }: Subject,
): Promise<Membership[]> {
  const listed = (await pocketId.listGroups()).map((group) => ({
    group,
    value: claimIn(group, claimKey),
    isOurs: groups.some(({ id }) => id === group.id),
  }));
  const found = await Promise.all(
    listed
      .filter(({ isOurs, value }) => isOurs || value !== undefined)
      .map(async (one) => {
        const members = (await pocketId.findGroupWithMembers(one.group.id))?.users ?? [];
        return { ...one, memberIds: new Set(members.map(({ id }) => id)) };
      }),
  );
  return found.sort((a, b) => a.group.name.localeCompare(b.group.name));
}

function claimIn({ customClaims }: UserGroupObject | UserObject, key: string): string | undefined {
  return customClaims?.find((claim) => claim.key === key)?.value;
}

/** Checks that each role has its group, with the claim that oCIS reads. */
export function checkGroups(
  memberships: readonly Membership[],
  { product, groups, claimKey }: Subject,
): Finding[] {
  const roles = rolesOf(product);
  const ours = memberships.filter(({ isOurs }) => isOurs);
  const findings = groups.flatMap((expected) => {
    const found = ours.find(({ group }) => group.id === expected.id);
    if (found === undefined) {
      return [finding("group-missing", `the group ${expected.name} doesn't exist in Pocket ID`)];
    }
    const { name } = found.group;
    const wanted = `'${claimKey}: ${expected.claimValue}'`;
    if (found.value === undefined) {
      return [finding("group-claim-missing", `the group ${name} has no claim ${wanted}`)];
    }
    if (roleOrText(found.value, roles) === expected.claimValue) return [];
    const what = `the group ${name} has the claim '${claimKey}: ${found.value}' instead of ${wanted}`;
    return [finding("group-claim-wrong", what)];
  });
  if (ours.length === 0 || ours.some(({ memberIds }) => memberIds.size > 0)) return findings;
  return [...findings, finding("nobody-has-a-role", "the groups of this stack have no members")];
}

/** How to compute the claims of a login at these clients. */
interface Logins {
  readonly pocketId: PocketId;
  readonly claimKey: string;
  /** Values of the claim that the product knows, from admin to guest. */
  readonly roles: readonly string[];
  readonly memberships: readonly Membership[];
  readonly clients: readonly ExpectedClient[];
}

/**
 * Checks that each person can log in with the role of their group.
 *
 * @param asked the username of `--user`; undefined for everyone in our groups
 */
export async function checkPeople(
  users: readonly UserObject[],
  asked: string | undefined,
  logins: Logins,
): Promise<Finding[]> {
  const ours = logins.memberships.filter(({ isOurs }) => isOurs);
  const people = users
    .filter(({ id, username }) =>
      asked === undefined ? ours.some(({ memberIds }) => memberIds.has(id)) : username === asked,
    )
    .sort((a, b) => a.username.localeCompare(b.username));
  if (asked !== undefined && people.length === 0) {
    const meant = peopleMeant(users, asked).map(({ username }) => username);
    const spelling = "check the spelling in Pocket ID under Users; case matters";
    const fix = meant.length === 0 ? spelling : `did you mean ${meant.join(" or ")}?`;
    return [finding("person-unknown", `Pocket ID has no user '${asked}'`, fix)];
  }
  const disabledCode = asked === undefined ? "member-disabled" : "person-disabled";
  const found = people.map(async (user) => {
    if (user.disabled !== true) return checkPerson(user, logins);
    const fix = `in Pocket ID under Users, open ${user.username} and enable the account`;
    return [finding(disabledCode, `${user.username} is disabled`, fix)];
  });
  return (await Promise.all(found)).flat();
}

async function checkPerson(user: UserObject, logins: Logins) {
  const { pocketId, claimKey, memberships, clients, roles } = logins;
  const { username } = user;
  const groups = memberships.filter(({ memberIds }) => memberIds.has(user.id));
  const outcomes = await Promise.all(
    clients.map(async ({ id, label }) => ({ label, ...(await logIn(pocketId, id, user.id, claimKey)) })),
  );
  const refused = outcomes.flatMap(({ label, failure }) =>
    failure === "refused" ? [notAllowed(username, label, groups)] : [],
  );
  const others = outcomes.flatMap(({ role, failure }) => {
    if (failure === "refused") return [];
    if (failure === undefined) return checkRole(username, role, claimKey, roles);
    const what = `Pocket ID can't compute the claims of ${username} (${failure})`;
    const fix = `check the custom claims of ${username} and of their groups: a value 'null' causes this`;
    return [finding("person-claims-unreadable", what, fix)];
  });
  const given = outcomes.find(({ failure }) => failure === undefined);
  const winner = given === undefined ? "" : `; Pocket ID gives '${shown(given.role)}'`;
  // The claim is the same at each client, so one finding about it is enough.
  return [...refused, ...onceEach(others), ...checkSources(user, groups, logins, winner)];
}

/** The scopes that ownCloud Web and the apps request. */
const SCOPES = ["openid", "profile", "email"];

/** The role's claim in a login that Pocket ID only computes, or why there is none: `refused` if the client doesn't allow the person. */
async function logIn(
  pocketId: PocketId,
  client: string,
  userId: string,
  claimKey: string,
): Promise<{ role?: unknown; failure?: string }> {
  try {
    const claims = await pocketId.previewUserInfo(client, userId, SCOPES);
    // Deleted since it was listed.
    return claims === undefined ? { failure: "HTTP 404" } : { role: claims[claimKey] };
  } catch (error) {
    if (error instanceof ForbiddenError) return { failure: "refused" };
    if (!(error instanceof PocketIdError)) throw error;
    return { failure: `HTTP ${error.status ?? "without an answer"}` };
  }
}

function notAllowed(username: string, client: string, groups: readonly Membership[]): Finding {
  if (groups.length === 0) {
    const what = `${username} is in no group of this stack, and the ${client} allows nobody else`;
    const fix = `add ${username} to one of the groups in Pocket ID, or to \`members\` of the stack`;
    return finding("person-not-allowed", what, fix);
  }
  const names = groups.map(({ group }) => group.name).join(", ");
  const what = `the ${client} allows none of the groups of ${username} (${names})`;
  return finding("person-not-allowed", what, "run `pulumi up --refresh`, which allows the groups again");
}

/** Values of the claim that a product knows, from admin to guest. */
export const rolesOf = (product: Subject["product"]) =>
  productOf(product).roles.map(({ claimValue: role }) => role);

function checkRole(username: string, value: unknown, claimKey: string, roles: readonly string[]): Finding[] {
  if (roleIn(value, roles) !== undefined) return [];
  const values: unknown[] = value === undefined ? [] : [value].flat();
  if (values.length === 0) {
    const fix = `add ${username} to one of the groups; if they are in one, run \`pulumi up --refresh\``;
    return [finding("person-without-role", `${username} gets no claim '${claimKey}'`, fix)];
  }
  const fix = `correct the claim '${claimKey}' of ${username} or of the group in Pocket ID; the roles are ${roles.join(", ")}`;
  const wrong = values.find((item) => typeof item !== "string");
  if (wrong === undefined) {
    return [finding("person-role-unknown", `${username} gets '${claimKey}: ${values.join(", ")}'`, fix)];
  }
  const type = `${Array.isArray(value) ? "a list with " : ""}${typeName(wrong)}`;
  return [finding("person-role-type", `${username} gets ${type} as '${claimKey}'`, fix)];
}

/**
 * The role that oCIS reads in a text or a list of texts. Of several the first of oCIS's mapping applies, which is ordered from
 * admin to guest.
 *
 * @see owncloud/ocis, services/proxy/pkg/userroles/oidcroles.go
 */
function roleIn(value: unknown, roles: readonly string[]): string | undefined {
  const values: unknown[] = [value].flat();
  return values.every((item) => typeof item === "string")
    ? roles.find((role) => values.includes(role))
    : undefined;
}

/** The role of a claim's text in oCIS; the text itself if it is none. */
const roleOrText = (text: string, roles: readonly string[]) => roleIn(claimValue(text), roles) ?? text;

function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "boolean") return "true or false";
  return typeof value === "number" ? "a number" : "an object";
}

/** Checks that the role comes from one group. @param winner what Pocket ID gives now */
function checkSources(
  user: UserObject,
  groups: readonly Membership[],
  { claimKey, roles: known }: Logins,
  winner: string,
): Finding[] {
  const { username } = user;
  const own = claimIn(user, claimKey);
  const giving = groups.filter(({ value }) => value !== undefined);
  const roles = new Set(giving.map(({ value = "" }) => roleOrText(value, known)));
  if (own !== undefined) {
    if (giving.length === 0) return [];
    const what = `${username} has their own claim '${claimKey}: ${shown(claimValue(own))}'; the group's is '${[...roles].join("' or '")}'`;
    const fix = `in Pocket ID under Users, open ${username} and remove the custom claim '${claimKey}'`;
    const isSame = roles.size === 1 && roles.has(roleOrText(own, known));
    return [finding(isSame ? "person-own-claim-same" : "person-own-claim", what, fix)];
  }
  if (roles.size < 2) return [];
  const named = giving.map(({ group, value = "" }) => `${group.name} (${claimKey}: ${value})`).join(" and ");
  const fix = `remove ${username} from all but one of these groups, in Pocket ID or in \`members\` of the stack`;
  return [finding("person-in-two-groups", `${username} is in ${named}${winner}`, fix)];
}

const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value ?? null));
