import type { UserObject } from "./objects";

/** Whether a group has this technical name. Older servers store names as sent: the same letters, composed otherwise, match. */
export function hasName(group: { readonly name: string }, name: string | undefined): boolean {
  return name !== undefined && group.name.normalize("NFC") === name.normalize("NFC");
}

/** ` (did you mean it-staff?)` for a friendly name, or a name in other case. */
export function didYouMeanGroup(
  groups: readonly { readonly name: string; readonly friendlyName: string }[],
  name: string,
): string {
  const wanted = folded(name);
  const meant = groups.filter(({ name, friendlyName }) => {
    return folded(name) === wanted || folded(friendlyName) === wanted;
  });
  return didYouMean(meant.map(({ name }) => name));
}

const didYouMean = (names: readonly string[]) =>
  names.length === 0 ? "" : ` (did you mean ${names.join(" or ")}?)`;

/** A name without case, surrounding blanks and Unicode form, which people overlook. */
const folded = (name: string) => name.normalize("NFC").trim().toLowerCase();

/** Whether a name is the person's user ID or username. A username may look like somebody else's ID: IDs go first. */
export function personNamed(users: readonly UserObject[], name: string): UserObject | undefined {
  return users.find(({ id }) => id === name) ?? users.find(({ username }) => username === name);
}

/** The people who may be meant by a name in another case, an e-mail address or a full name. */
export function peopleMeant(users: readonly UserObject[], name: string): UserObject[] {
  const wanted = folded(name);
  if (wanted === "") return [];
  return users.filter(({ id, username, email, displayName, firstName, lastName }) => {
    const fullName = `${firstName ?? ""} ${lastName ?? ""}`;
    return [id, username, email ?? "", displayName ?? "", fullName].some((one) => folded(one) === wanted);
  });
}

/** ` (did you mean alice?)`, or nothing. */
export function didYouMeanPerson(users: readonly UserObject[], name: string): string {
  return didYouMean(peopleMeant(users, name).map(({ username }) => username));
}

/** Whether Pocket ID takes a group or person from LDAP. Its next sync undoes any other change. */
export function isFromLdap({ ldapId }: { readonly ldapId?: string | null | undefined }): boolean {
  return typeof ldapId === "string" && ldapId !== "";
}
