import type { InputsOf } from "../core/declare";
import { sorted } from "../core/schema";
import type { OidcClientWithGroups } from "../pocket-id";
import type { oidcClient } from "./declaration";

type Inputs = InputsOf<typeof oidcClient>;

/** The groups whose members may log in while the client is restricted. */
export function allowedGroupIds({ allowedUserGroups }: OidcClientWithGroups): string[] {
  return sorted((allowedUserGroups ?? []).map(({ id }) => id));
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
 * The list to be written: ours, and in mode `include` those that are there and were never ours.
 *
 * @param previous those that were ours before.
 */
export function groupsToAllow(
  live: OidcClientWithGroups,
  news: Inputs,
  previous: readonly string[],
): string[] {
  const { allowedUserGroupIds: ours = [], allowedUserGroupsMode: mode } = news;
  const others = mode === "exact" ? [] : allowedGroupIds(live);
  return sorted([...others.filter((id) => !previous.includes(id)), ...ours]);
}
