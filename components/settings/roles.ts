/** The roles of oCIS, from most to least. */
export type RoleKey = "admin" | "spaceAdmin" | "user" | "guest";

/** A role of oCIS and the group that carries it in the guide. */
export interface Role {
  readonly key: RoleKey;
  /** What oCIS's built-in mapping looks for; fixed, as only a mounted proxy.yaml could change it. */
  readonly claimValue: string;
  /** The group's technical name in the guide. */
  readonly groupName: string;
  /** The group's friendly name in the guide, with its spelling. */
  readonly friendlyName: string;
}

/**
 * The four roles. A guest gets what oCIS calls `user-light`.
 *
 * @see the guide's sections "Create the groups used by oCIS" and "Bind roles used by oCIS"; oCIS's mapping is in its
 * services/proxy/pkg/config/defaults
 */
export const ROLES: readonly Role[] = [
  {
    key: "admin",
    claimValue: "ocisAdmin",
    groupName: "ocisAdmin",
    friendlyName: "ocis admin users group",
  },
  {
    key: "spaceAdmin",
    claimValue: "ocisSpaceAdmin",
    groupName: "ocisSpaceAdmin",
    friendlyName: "ocis space admin user group",
  },
  {
    key: "user",
    claimValue: "ocisUser",
    groupName: "ocisUser",
    friendlyName: "ocis user group",
  },
  {
    key: "guest",
    claimValue: "ocisGuest",
    groupName: "ocisGuest",
    friendlyName: "ocis guest group",
  },
];
