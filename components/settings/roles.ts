import { RESERVED_CLAIM_KEYS } from "@ocis-pocket-id/providers";
import { didYouMean, type Problem, problemOf, refuse } from "./problem";
import { OCIS, type Product, type ProductKey, productOf, type RoleKey } from "./products";

/** The group of a role: the guide's, a renamed one, or an existing one. */
export interface RoleGroupArgs {
  /** Technical name, 2 to 255 characters. @default the guide's */
  name?: string | undefined;
  /** Name shown to people, 2 to 50 characters. @default the guide's */
  friendlyName?: string | undefined;
  /** The technical name of an existing group that gets the role; it is never created, renamed or removed. */
  existing?: string | undefined;
}

/** How roles are given to people. */
export interface RoleArgs {
  /** Whose roles. @default "ocis" */
  product?: ProductKey | undefined;
  /**
   * The claim that carries the role. Each deployment on one Pocket ID needs its own, because a person has only one value for
   * a claim.
   * @default "roles", or "opencloud_role" for OpenCloud
   */
  claimKey?: string | undefined;
  /** Groups other than the guide's. */
  groups?: Readonly<Partial<Record<RoleKey, RoleGroupArgs | undefined>>> | undefined;
  /** Usernames by role. A missing role's members aren't managed; an empty list means nobody. */
  members?: Readonly<Partial<Record<RoleKey, readonly string[] | undefined>>> | undefined;
}

/** The group of one role, with every default filled in. */
export interface RoleGroup {
  role: RoleKey;
  /** The claim's value for everybody in the group. */
  claimValue: string;
  /** The group's technical name. */
  name: string;
  /** Undefined for an existing group, whose friendly name is its owner's business. */
  friendlyName: string | undefined;
  /** Whether the group is there already and not ours. */
  existing: boolean;
  /** Usernames; undefined when the members are not managed. */
  members: readonly string[] | undefined;
}

/**
 * The groups of the four roles, from admin to guest.
 *
 * @example roleGroups({ groups: { admin: { existing: "it-staff" } }, members: { user: ["alice"] } })
 * @throws SettingsError when {@link roleProblems} finds any
 */
export function roleGroups(args: RoleArgs = {}): RoleGroup[] {
  refuse(roleProblems(args));
  return derive(args);
}

/** All problems of these arguments; empty if there are none. */
export function roleProblems(args: RoleArgs): Problem[] {
  const product = productOf(args.product);
  return [
    ...claimKeyProblems(args.claimKey ?? product.claimKey, product),
    ...unknownRoles("groups", args.groups, product),
    ...groupProblems(args),
    ...unknownRoles("members", args.members, product),
    ...memberProblems(args, product),
  ];
}

function derive({ groups = {}, members = {}, product }: RoleArgs): RoleGroup[] {
  return productOf(product).roles.map(({ key, claimValue, groupName, friendlyName: guideName }) => {
    const { name = groupName, friendlyName = guideName, existing } = groups[key] ?? {};
    return {
      role: key,
      claimValue,
      name: existing ?? name,
      friendlyName: existing === undefined ? friendlyName : undefined,
      existing: existing !== undefined,
      members: members[key],
    };
  });
}

function groupProblems(args: RoleArgs): Problem[] {
  const problems: Problem[] = [];
  const roleOfName = new Map<string, RoleKey>();
  for (const { role, name, friendlyName, existing } of derive(args)) {
    const given = args.groups?.[role] ?? {};
    if (existing && (given.name ?? given.friendlyName) !== undefined) {
      const message = `'${name}' exists already, so it keeps its names: write 'existing' alone`;
      problems.push({ field: `groups.${role}`, message });
    }
    problems.push(
      ...problemOf(`groups.${role}.${existing ? "existing" : "name"}`, lengthProblem(name, 255)),
      ...problemOf(
        `groups.${role}.friendlyName`,
        friendlyName === undefined ? undefined : lengthProblem(friendlyName, 50),
      ),
    );
    // Later versions than 2.9 take names for the same that differ in Unicode's form only.
    const normalized = name.normalize("NFC");
    const other = roleOfName.get(normalized);
    if (other !== undefined) {
      const message = `'${name}' is the group of ${other} too, but a group has only one role: choose another group`;
      problems.push({ field: existing ? `groups.${role}.existing` : `groups.${role}`, message });
    }
    roleOfName.set(normalized, role);
  }
  return problems;
}

function lengthProblem(text: string, max: number): string | undefined {
  const { length } = Array.from(text);
  return length >= 2 && length <= max ? undefined : `'${text}' has ${length} characters: write 2 to ${max}`;
}

/** Pocket ID gives a person in two groups the value of one of them, by the groups' random IDs. */
function memberProblems({ members = {} }: RoleArgs, { roles }: Product): Problem[] {
  const problems: Problem[] = [];
  const roleOfPerson = new Map<string, RoleKey>();
  for (const { key: role } of roles) {
    const names: unknown = members[role] ?? [];
    const field = `members.${role}`;
    if (!Array.isArray(names)) {
      problems.push({ field, message: `${JSON.stringify(names)} is not a list: write ["alice", "bob"]` });
      continue;
    }
    for (const name of names as unknown[]) {
      if (typeof name !== "string" || name.trim() === "" || name.trim() !== name) {
        const message = `${JSON.stringify(name)} is not a username: write one like "alice"`;
        problems.push({ field, message });
        continue;
      }
      // Whatever Pocket ID makes of two usernames that differ in case: in one company they are one person.
      const person = name.toLowerCase();
      const other = roleOfPerson.get(person) ?? role;
      if (other !== role) {
        const message = `'${name}' is in ${other} too, and Pocket ID would pick one of the two roles at random: name each person once`;
        problems.push({ field, message });
      }
      roleOfPerson.set(person, other);
    }
  }
  return problems;
}

function unknownRoles(
  field: "groups" | "members",
  byRole: object | undefined,
  { roles }: Product,
): Problem[] {
  const known: string[] = roles.map(({ key }) => key);
  return Object.keys(byRole ?? {})
    .filter((key) => !known.includes(key))
    .map((key) => {
      const hint = roles.find(({ claimValue }) => claimValue === key)?.key;
      const suggestion = hint === undefined ? didYouMean(key, known) : ` (did you mean ${hint}?)`;
      return { field, message: `'${key}' is not a role${suggestion}: the roles are ${known.join(", ")}` };
    });
}

/** What is wrong with the key of the claim that carries the role; an empty list when nothing is. */
export function claimKeyProblems(claimKey: string, product = OCIS): Problem[] {
  return problemOf("claimKey", claimKeyProblem(claimKey, product));
}

function claimKeyProblem(key: string, { claimKey: usual, title }: Product): string | undefined {
  if (key.trim() === "")
    return `'${key}' is empty: write '${usual}', or a name of your own like 'ocis_roles'`;
  if (RESERVED_CLAIM_KEYS.includes(key)) {
    return `'${key}' is a claim that Pocket ID sets itself: write another, like '${usual}'`;
  }
  if (key === "picture")
    return "'picture' is overwritten by Pocket ID with the person's picture: write another";
  if (/[\s\p{Cc}]/u.test(key))
    return `'${key.trim()}' has blanks in or around it: write one word, like 'ocis_roles'`;
  if (/[.\\]/.test(key)) {
    return `'${key}' has a dot or a backslash, which ${title} reads as a path inside the claim: write '${key.replace(/[.\\]+/g, "_")}'`;
  }
  return undefined;
}
