import type { Properties, SnapshotResource } from "../../stacks";
import type { Change } from "../finding";
import type { Names } from "../names";
import * as allowedOidcClients from "./allowed-oidc-clients";
import * as customClaims from "./custom-claims";
import * as localFiles from "./local-files";
import * as oidcClient from "./oidc-client";
import * as userGroup from "./user-group";
import * as userGroupMembers from "./user-group-members";

/** How one kind of resource is spoken of. */
export interface Words {
  /** The object in words: `group ocisUser`. */
  object(resource: SnapshotResource, names: Names): string;
  /** Every field that is not as it should be. */
  changes(resource: SnapshotResource, live: Properties, names: Names): Change[];
}

/** By handler. Those that are not in here have nothing in the world that could drift: a check, a wait, a made-up secret. */
export const WORDS = {
  allowedOidcClients,
  customClaims,
  localFiles,
  oidcClient,
  userGroup,
  userGroupMembers,
} satisfies Record<string, Words>;

export type WatchedHandler = keyof typeof WORDS;

/** Whether there is something of this resource in the world, that its handler can read. */
export function isWatched(handler: string | undefined): handler is WatchedHandler {
  return handler !== undefined && handler in WORDS;
}
