import {
  type Adoption,
  AllowedOidcClients,
  CustomClaims,
  getUserGroup,
  type ListMode,
  type LookUpOptions,
  OidcClient,
  UserGroup,
  UserGroupMembers,
} from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";

/** One of oCIS's roles, and the group of people who have it. */
export interface RoleIdentity<Role extends string> {
  role: Role;
  /** What oCIS expects in the claim. */
  claimValue: string;
  /** The group's technical name. */
  name: string;
  /** Undefined for an existing group. */
  friendlyName: string | undefined;
  /** True for a group that is made and named elsewhere, such as one from LDAP: it is only referred to. */
  existing: boolean;
  /** Usernames or user IDs; undefined leaves the members alone, an empty list means nobody. */
  members?: readonly string[];
}

/** A public client of oCIS. */
export interface PublicClient {
  name: string;
  callbackUrls: readonly string[];
  logoutCallbackUrls?: readonly string[];
  /** A fixed ID; without one, a new client gets `defaultClientId`, and one that exists keeps its own. */
  clientId?: string;
  defaultClientId?: string;
}

/**
 * Who owns the clients of the native apps, whose IDs are compiled in: this stack alone (`own`); this stack, and other
 * stacks' groups are left alone (`share`); another stack, and our groups join (`attach`); or nobody (`none`).
 */
export type NativeClientsOwner = "own" | "share" | "attach" | "none";

/** What Pocket ID is to know of one oCIS. */
export interface IdentityArgs<Role extends string> {
  roles: readonly RoleIdentity<Role>[];
  claimKey: string;
  webClient: PublicClient;
  /** The clients of the native apps by logical name. */
  nativeClients: Readonly<Record<string, PublicClient & { clientId: string }>>;
  nativeClientsOwner: NativeClientsOwner;
  adopt: Adoption;
  /** Whether the engine refuses to delete groups, with their claims and members, and clients. */
  protect: boolean;
}

/** The objects in Pocket ID that make logins to oCIS possible. */
export interface Identity<Role extends string> {
  groupIds: pulumi.Output<Record<Role, string>>;
  webClientId: pulumi.Output<string>;
  nativeClientIds: pulumi.Output<Record<string, string>>;
  /** All resources; what needs a working login depends on them. */
  resources: pulumi.Resource[];
}

/** Makes the groups with their claims and members, and the clients that only they may use. */
export function identity<Role extends string>(
  name: string,
  args: IdentityArgs<Role>,
  options: pulumi.CustomResourceOptions,
  lookUp: LookUpOptions,
): Identity<Role> {
  const resources: pulumi.Resource[] = [];
  const keep = <T extends pulumi.Resource>(resource: T): T => {
    resources.push(resource);
    return resource;
  };
  const owned = { ...options, protect: args.protect };

  const groupIds = args.roles.map((role): [Role, pulumi.Output<string>] => {
    const logicalName = `${name}-${role.role}`;
    const groupId = role.existing
      ? getUserGroup({ name: role.name }, lookUp).id
      : keep(new UserGroup(logicalName, namesOf(role, args.adopt), owned)).id;
    const claims = [{ key: args.claimKey, value: role.claimValue }];
    // `include`: other claims of the group are somebody else's. An existing group's claim is ours to set right.
    const adopt = role.existing ? "ifExists" : args.adopt;
    keep(new CustomClaims(logicalName, { groupId, claims, mode: "include", adopt }, owned));
    if (role.members !== undefined) {
      keep(new UserGroupMembers(logicalName, { groupId, members: [...role.members] }, owned));
    }
    return [role.role, groupId];
  });

  const allowedUserGroupIds = groupIds.map(([, id]) => id);
  const client = (
    logicalName: string,
    { callbackUrls, logoutCallbackUrls, ...ids }: PublicClient,
    allowedUserGroupsMode: ListMode = "exact",
  ): OidcClient =>
    keep(
      new OidcClient(
        `${name}-${logicalName}`,
        {
          ...ids,
          callbackUrls: [...callbackUrls],
          ...(logoutCallbackUrls === undefined ? {} : { logoutCallbackUrls: [...logoutCallbackUrls] }),
          isPublic: true,
          allowedUserGroupIds,
          allowedUserGroupsMode,
          adopt: args.adopt,
        },
        owned,
      ),
    );
  const webClient = client("web", args.webClient);
  const nativeClients = args.nativeClientsOwner === "none" ? [] : Object.entries(args.nativeClients);
  if (args.nativeClientsOwner === "attach") {
    const clientIds = nativeClients.map(([, { clientId }]) => clientId);
    // After the web client: both write which group may use which client.
    const after = { ...options, dependsOn: [webClient] };
    for (const [role, groupId] of groupIds) {
      keep(new AllowedOidcClients(`${name}-${role}`, { groupId, clientIds }, after));
    }
  } else {
    const mode = args.nativeClientsOwner === "share" ? "include" : "exact";
    for (const [app, its] of nativeClients) client(app, its, mode);
  }

  return {
    groupIds: pulumi.output(Object.fromEntries(groupIds)) as pulumi.Output<Record<Role, string>>,
    webClientId: webClient.clientId,
    nativeClientIds: pulumi.output(
      Object.fromEntries(nativeClients.map(([app, { clientId }]) => [app, clientId])),
    ),
    resources,
  };
}

function namesOf({ name, friendlyName = name }: RoleIdentity<string>, adopt: Adoption) {
  return { name, friendlyName, adopt };
}
