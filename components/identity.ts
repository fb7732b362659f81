import {
  type Adoption,
  AllowedOidcClients,
  CustomClaims,
  getUserGroup,
  type ListMode,
  OidcClient,
  UserGroup,
  UserGroupMembers,
  type ValueMode,
} from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import type { NativeClient, NativeClientKey, RoleKey } from "./settings";

/** One of oCIS's roles, and the group of people who have it. */
export interface RoleIdentity {
  role: RoleKey;
  /** What oCIS expects in the claim. */
  claimValue: string;
  /** The values of higher roles: oCIS takes the highest in a list. */
  higherValues: readonly string[];
  /** The group's technical name. */
  name: pulumi.Input<string>;
  /** Undefined for an existing group. */
  friendlyName: pulumi.Input<string> | undefined;
  /** True for a group that is made and named elsewhere, such as one from LDAP: it is only referred to. */
  existing: boolean;
  /** Usernames or user IDs; undefined leaves the members alone, an empty list means nobody. */
  members?: pulumi.Input<string[]>;
}

/** A public client of oCIS. */
export interface PublicClient {
  name: pulumi.Input<string>;
  callbackUrls: pulumi.Input<string[]>;
  logoutCallbackUrls?: pulumi.Input<string[]>;
  /** A fixed ID; without one, a new client gets `defaultClientId`, and one that exists keeps its own. */
  clientId?: pulumi.Input<string>;
  defaultClientId?: pulumi.Input<string>;
  launchUrl?: pulumi.Input<string>;
  description?: pulumi.Input<string>;
}

/** What our clients have in common. */
export interface SignIn {
  skipConsent?: pulumi.Input<boolean>;
  accessTokenDurationMinutes?: pulumi.Input<number>;
  refreshTokenDurationMinutes?: pulumi.Input<number>;
}

/**
 * Who owns the clients of the native apps, whose IDs are compiled in: this stack alone (`own`); this stack, and other
 * stacks' groups are left alone (`share`); another stack, and our groups join (`attach`); or nobody (`none`).
 */
export type NativeClientsOwner = "own" | "share" | "attach" | "none";

/** What Pocket ID is to have of one oCIS. */
export interface IdentityArgs {
  roles: readonly RoleIdentity[];
  claimKey: pulumi.Input<string>;
  /** What other applications may have in the claim beside the role. */
  valueMode: pulumi.Input<ValueMode>;
  webClient: PublicClient;
  nativeClients: readonly NativeClient[];
  signIn: SignIn;
  nativeClientsOwner: NativeClientsOwner;
  /** Callback URLs of native clients beside the built-in ones. */
  nativeCallbackUrls: Readonly<
    Partial<Record<NativeClientKey, pulumi.Input<readonly pulumi.Input<string>[]>>>
  >;
  adopt: pulumi.Input<Adoption>;
  /** Whether the engine refuses to delete groups, with their claims and members, and clients; undefined as for the parent. */
  protect: boolean | undefined;
}

/** The objects in Pocket ID that make logins to oCIS possible, as resources. */
export interface Identity {
  /** By role, without those that exist already and are only referred to. */
  groups: { readonly [R in RoleKey]?: UserGroup };
  /** By role. */
  claims: { readonly [R in RoleKey]?: CustomClaims };
  /** By role, where members are managed. */
  members: { readonly [R in RoleKey]?: UserGroupMembers };
  /** `web`, and the native apps' that this stack owns. */
  clients: { readonly web: OidcClient } & { readonly [A in NativeClientKey]?: OidcClient };
  /** By role: the ways into native clients that another stack owns. */
  allowedClients: { readonly [R in RoleKey]?: AllowedOidcClients };
  groupIds: pulumi.Output<Record<RoleKey, string>>;
  /** Client IDs of the native apps, by app. */
  nativeClientIds: Record<string, string>;
  /** All resources; what needs a working login depends on them. */
  all: pulumi.Resource[];
}

/** Makes the groups with their claims and members, and the clients that only they may use. */
export function identity(name: string, args: IdentityArgs, opts: pulumi.CustomResourceOptions): Identity {
  const owned = args.protect === undefined ? opts : { ...opts, protect: args.protect };
  const parts = args.roles.map((role) => ({ role: role.role, ...roleIdentity(name, role, args, owned) }));
  const allowedUserGroupIds = parts.map(({ groupId }) => groupId);
  const client = (key: string, its: PublicClient, allowedUserGroupsMode: ListMode) =>
    new OidcClient(
      `${name}-${key}`,
      {
        ...its,
        ...args.signIn,
        isPublic: true,
        // Not the apps: any program on a device can pass for one, so people decide once (RFC 8252, section 8.6).
        firstParty: key === "web",
        // Whatever somebody changes by hand is drift, and could make every login fail.
        omitted: "reset",
        allowedUserGroupIds,
        allowedUserGroupsMode,
        adopt: args.adopt,
      },
      owned,
    );

  const web = client("web", args.webClient, "exact");
  const { nativeClients, nativeClientsOwner: owner } = args;
  const isOurs = owner === "own" || owner === "share";
  const apps = (isOurs ? nativeClients : []).map(({ key, callbackUrls, ...its }) => {
    const more = pulumi.output(args.nativeCallbackUrls[key] ?? []) as pulumi.Output<string[]>;
    const app = { ...its, callbackUrls: more.apply((urls) => [...callbackUrls, ...urls]) };
    return [key, client(key, app, owner === "share" ? "include" : "exact")] as const;
  });
  const joined = (owner === "attach" ? parts : []).map(({ role, groupId }) => {
    const clientIds = nativeClients.map(({ clientId }) => clientId);
    // After the web client: both write which group may use which client.
    const after = { ...opts, dependsOn: [web] };
    return [role, new AllowedOidcClients(`${name}-${role}`, { groupId, clientIds }, after)] as const;
  });

  const byRole = <T>(of: (part: (typeof parts)[number]) => T | undefined): { [R in RoleKey]?: T } => {
    const values: { [R in RoleKey]?: T } = {};
    for (const part of parts) {
      const value = of(part);
      if (value !== undefined) values[part.role] = value;
    }
    return values;
  };
  const all: pulumi.Resource[] = [
    ...parts
      .flatMap(({ group, claims, members }) => [group, claims, members])
      .filter((one) => one !== undefined),
    ...[web, ...apps.map(([, app]) => app)],
    ...joined.map(([, resource]) => resource),
  ];
  return {
    groups: byRole(({ group }) => group),
    claims: byRole(({ claims }) => claims),
    members: byRole(({ members }) => members),
    clients: { web, ...Object.fromEntries(apps) },
    allowedClients: Object.fromEntries(joined),
    groupIds: pulumi.output(byRole(({ groupId }) => groupId)) as pulumi.Output<Record<RoleKey, string>>,
    nativeClientIds: Object.fromEntries(
      owner === "none" ? [] : nativeClients.map(({ key, clientId }) => [key, clientId]),
    ),
    all,
  };
}

/** One role's group, or a reference to one that exists, with its claim and members. */
function roleIdentity(
  name: string,
  { role, claimValue, higherValues, name: groupName, friendlyName, existing, members }: RoleIdentity,
  { claimKey, valueMode, adopt }: IdentityArgs,
  opts: pulumi.CustomResourceOptions,
) {
  const logicalName = `${name}-${role}`;
  const group = existing
    ? undefined
    : new UserGroup(logicalName, { name: groupName, friendlyName: friendlyName ?? groupName, adopt }, opts);
  const groupId = group?.id ?? getUserGroup({ name: groupName }, opts).id;
  const claims = new CustomClaims(
    logicalName,
    {
      groupId,
      groupName,
      claims: [
        {
          key: claimKey,
          value: claimValue,
          ...(higherValues.length === 0 ? {} : { excludes: [...higherValues] }),
        },
      ],
      valueMode,
      // Other claims of the group are somebody else's.
      mode: "include",
      // An existing group's claim is ours to set right.
      adopt: existing ? "ifExists" : adopt,
    },
    opts,
  );
  return {
    group,
    groupId,
    claims,
    members:
      members === undefined
        ? undefined
        : new UserGroupMembers(logicalName, { groupId, groupName, members }, opts),
  };
}
