import { plainName } from "./names";
import type { UserObject } from "./objects";

/** Whether a name is the person's user ID or username. A username may look like somebody else's ID: IDs go first. */
export function personNamed(users: readonly UserObject[], name: string): UserObject | undefined {
  return users.find(({ id }) => id === name) ?? users.find(({ username }) => username === name);
}

/** The people whom somebody may mean who writes a name in other case, an e-mail address or a name in full. */
export function peopleMeant(users: readonly UserObject[], name: string): UserObject[] {
  const wanted = plainName(name);
  if (wanted === "") return [];
  return users.filter(({ id, username, email, displayName, firstName, lastName }) => {
    const fullName = `${firstName ?? ""} ${lastName ?? ""}`;
    return [id, username, email ?? "", displayName ?? "", fullName].some((one) => plainName(one) === wanted);
  });
}

/** ` (did you mean alice?)`, or nothing. */
export function didYouMeanPerson(users: readonly UserObject[], name: string): string {
  const names = peopleMeant(users, name).map(({ username }) => username);
  return names.length === 0 ? "" : ` (did you mean ${names.join(" or ")}?)`;
}
