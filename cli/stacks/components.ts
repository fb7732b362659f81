import type { SnapshotResource } from "./snapshot";

const TYPE = "ocis-pocket-id:index:OcisWithPocketId";

/** Every oCIS with Pocket ID logins of a stack: one in most stacks, none in one that was never up. */
export function componentsOf(resources: readonly SnapshotResource[]): SnapshotResource[] {
  return resources.filter(({ type }) => type === TYPE);
}
