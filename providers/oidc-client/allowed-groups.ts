import { isDeepStrictEqual } from "node:util";
import type { InputsOf } from "../core/declare";
import { sorted } from "../core/schema";
import type { OidcClientWithGroups, PocketId } from "../pocket-id";
import type { oidcClient } from "./declaration";

type Inputs = InputsOf<typeof oidcClient>;

/** The groups whose members may log in while the client is restricted. */
export function allowedGroupIds({ allowedUserGroups }: OidcClientWithGroups): string[] {
  return sorted((allowedUserGroups ?? []).map(({ id }) => id));
}

/** Whether a list that is left out counts as empty, and is compared with what Pocket ID has like any other. */
export function meansNobody(known: Partial<Inputs>, unknown: readonly string[]): boolean {
  const { allowNobody, restricted, allowedUserGroupIds: ours, allowedUserGroupsMode: mode } = known;
  const isLeftOut = ours === undefined && !unknown.includes("allowedUserGroupIds");
  return isLeftOut && allowNobody === true && restricted === true && mode === "exact";
}

/** Those of the allowed groups that are ours to manage. Lists of clients don't show any. */
export function managedGroupIds(
  live: OidcClientWithGroups,
  { allowedUserGroupIds: ours, allowedUserGroupsMode: mode }: Partial<Inputs>,
): Partial<Inputs> {
  if (ours === undefined || !("allowedUserGroups" in live)) return {};
  const allowed = allowedGroupIds(live);
  return { allowedUserGroupIds: mode === "include" ? allowed.filter((id) => ours.includes(id)) : allowed };
}

/**
 * Writes the list of a restricted client, unless it is right already: ours, and in mode `include` those that are there and were
 * never ours. These are read under the lock.
 *
 * @param seen the client as it was when the update began
 * @param previous those that were ours before.
 * @returns whether it was written
 */
export function writeAllowedGroups(
  seen: OidcClientWithGroups,
  { restricted, allowedUserGroupIds: ours = [], allowedUserGroupsMode: mode }: Inputs,
  previous: readonly string[],
  pocketId: PocketId,
): Promise<boolean> {
  if (!restricted) return Promise.resolve(false);
  return pocketId.changeAllowed(async () => {
    const live = mode === "exact" ? seen : ((await pocketId.findClient(seen.id)) ?? seen);
    const allowed = allowedGroupIds(live);
    const others = mode === "exact" ? [] : allowed.filter((id) => !previous.includes(id));
    const wanted = sorted([...others, ...ours]);
    if (isDeepStrictEqual(allowed, wanted)) return false;
    await pocketId.setAllowedGroups(seen.id, wanted);
    return true;
  });
}
