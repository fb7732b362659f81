import {
  AllowedOidcClients,
  CustomClaims,
  getUserGroup,
  type ListMode,
  OidcClient,
  type OidcClientArgs,
  UserGroup,
  UserGroupMembers,
  type ValueMode,
} from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import type { OcisWithPocketIdArgs } from "./arguments";
import { afterCheck, resolved } from "./inputs";
import {
  clientIdProblems,
  DEFAULT_CLAIM_KEY,
  defaultClientId,
  type DeploymentHosts,
  NATIVE_CLIENTS,
  type NativeClientKey,
  refuse,
  type RoleArgs,
  type RoleKey,
  roleGroups,
  ROLES,
  webClient,
  WEB_CLIENT_NAME,
} from "./settings";

/** One of oCIS's roles, and the group of people who have it. */
type RoleIdentity = ReturnType<typeof roles>[number];

/** A public client of oCIS. */
type PublicClient = Pick<
  OidcClientArgs,
  | "name"
  | "callbackUrls"
  | "logoutCallbackUrls"
  | "clientId"
  | "defaultClientId"
  | "launchUrl"
  | "description"
  | "otherNames"
>;

/** Declares the groups with their claims and members, and the clients that only these groups may use. */
export function identity(
  name: string,
  component: OcisWithPocketIdArgs,
  hosts: pulumi.Output<DeploymentHosts>,
  opts: pulumi.CustomResourceOptions,
) {
  const args = identityArgs(component, hosts);
  const { skipConsent, accessTokenDurationMinutes, refreshTokenDurationMinutes } = component;
  const signIn = {
    ...(skipConsent === undefined ? {} : { skipConsent }),
    ...(accessTokenDurationMinutes === undefined ? {} : { accessTokenDurationMinutes }),
    ...(refreshTokenDurationMinutes === undefined ? {} : { refreshTokenDurationMinutes }),
  };
  const owned = args.protect === undefined ? opts : { ...opts, protect: args.protect };
  const parts = args.roles.map((role) => ({ role: role.role, ...roleIdentity(name, role, args, owned) }));
  const allowedUserGroupIds = parts.map(({ groupId }) => groupId);
  const client = (key: string, its: PublicClient, allowedUserGroupsMode: ListMode) =>
    new OidcClient(
      `${name}-${key}`,
      {
        ...its,
        ...signIn,
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
  const { nativeClientsOwner: owner } = args;
  const isOurs = owner === "own" || owner === "share";
  const apps = (isOurs ? NATIVE_CLIENTS : []).map(
    ({ key, clientId, name: appName, otherNames, callbackUrls }) => {
      const more = pulumi.output(args.nativeCallbackUrls[key] ?? []) as pulumi.Output<string[]>;
      const app = {
        clientId,
        name: appName,
        otherNames: [...otherNames],
        callbackUrls: more.apply((urls) => [...callbackUrls, ...urls]),
      };
      return [key, client(key, app, owner === "share" ? "include" : "exact")] as const;
    },
  );
  const joined = (owner === "attach" ? parts : []).map(({ role, groupId }) => {
    const clientIds = NATIVE_CLIENTS.map(({ clientId }) => clientId);
    // After the web client: both write which group may use which client.
    const after = { ...opts, dependsOn: [web] };
    return [role, new AllowedOidcClients(`${name}-${role}`, { groupId, clientIds }, after)] as const;
  });

  const byRole = <T>(of: (part: (typeof parts)[number]) => T | undefined) =>
    Object.fromEntries(
      parts.map((part) => [part.role, of(part)]).filter(([, value]) => value !== undefined),
    ) as { [R in RoleKey]?: T };
  const all: pulumi.Resource[] = [
    ...parts
      .flatMap(({ group, claims, members }) => [group, claims, members])
      .filter((one) => one !== undefined),
    ...[web, ...apps.map(([, app]) => app)],
    ...joined.map(([, resource]) => resource),
  ];
  const clients: { readonly web: OidcClient } & { readonly [A in NativeClientKey]?: OidcClient } = {
    web,
    ...Object.fromEntries(apps),
  };
  return {
    claimKey: args.claimKey,
    groupNames: args.roles.map((role) => role.name),
    groups: byRole(({ group }) => group),
    claims: byRole(({ claims }) => claims),
    members: byRole(({ members }) => members),
    clients,
    allowedClients: Object.fromEntries(joined) as { readonly [R in RoleKey]?: AllowedOidcClients },
    groupIds: pulumi.output(byRole(({ groupId }) => groupId)) as pulumi.Output<Record<RoleKey, string>>,
    nativeClientIds: Object.fromEntries<string>(
      owner === "none" ? [] : NATIVE_CLIENTS.map(({ key, clientId }) => [key, clientId]),
    ),
    all,
  };
}

/** One role's group, or a reference to one that exists, with its claim and members. */
function roleIdentity(
  name: string,
  { role, claimValue, higherValues, name: groupName, friendlyName, existing, members }: RoleIdentity,
  { claimKey, valueMode, adopt }: ReturnType<typeof identityArgs>,
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
      // The group's other claims aren't ours.
      mode: "include",
      // An existing group's claim is ours to correct.
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

/** The component's arguments with every default filled in. */
function identityArgs(args: OcisWithPocketIdArgs, hosts: pulumi.Output<DeploymentHosts>) {
  return {
    roles: roles(args),
    claimKey: resolved({ claimKey: args.claimKey }, ({ claimKey = DEFAULT_CLAIM_KEY }) => {
      roleGroups({ claimKey });
      return claimKey;
    }),
    valueMode:
      args.shareClaim === undefined
        ? ("accept" as const)
        : pulumi.output(args.shareClaim).apply((isShared): ValueMode => (isShared ? "include" : "accept")),
    webClient: { ...webClientOf(args, hosts), ...webClientId(args, hosts) },
    nativeClientsOwner: args.nativeClients ?? "own",
    nativeCallbackUrls: args.nativeCallbackUrls ?? {},
    adopt: args.adopt ?? "never",
    protect: args.protect,
  };
}

/** Names are checked with names, and members with members: a list that isn't known yet hides no name from a preview. */
function roles({ groups, members }: OcisWithPocketIdArgs) {
  const named = resolved({ groups }, (known) => roleGroups(known as RoleArgs));
  const peopled = resolved({ members }, (known) => roleGroups(known as RoleArgs));
  return ROLES.map(({ key, claimValue, groupName, friendlyName }, rank) => {
    const group = groups?.[key] ?? {};
    const existing = group.existing !== undefined;
    const its = members?.[key];
    return {
      role: key,
      claimValue,
      higherValues: ROLES.slice(0, rank).map((higher) => higher.claimValue),
      existing,
      name: afterCheck(withDefault(existing ? group.existing : group.name, groupName), named),
      friendlyName: existing ? undefined : afterCheck(withDefault(group.friendlyName, friendlyName), named),
      ...(its === undefined
        ? {}
        : { members: afterCheck(pulumi.output(its) as pulumi.Output<string[]>, peopled) }),
    };
  });
}

function withDefault(
  value: pulumi.Input<string> | pulumi.Input<undefined> | undefined,
  otherwise: string,
): pulumi.Output<string> {
  return pulumi.output(value as pulumi.Input<string | undefined>).apply((known) => known ?? otherwise);
}

function webClientOf(
  { webClientName, webClientDescription: description }: OcisWithPocketIdArgs,
  hosts: pulumi.Output<DeploymentHosts>,
): PublicClient {
  const client = hosts.apply(({ ocisUrl }) => webClient(ocisUrl));
  return {
    name: withDefault(webClientName, WEB_CLIENT_NAME),
    ...(description === undefined ? {} : { description }),
    launchUrl: hosts.ocisUrl,
    callbackUrls: client.callbackUrls,
    logoutCallbackUrls: client.logoutCallbackUrls,
  };
}

function webClientId(
  { webClientId: chosen }: OcisWithPocketIdArgs,
  hosts: pulumi.Output<DeploymentHosts>,
): Pick<PublicClient, "clientId" | "defaultClientId"> {
  if (chosen === "generated") return {};
  if (chosen === undefined)
    return { defaultClientId: hosts.apply(({ ocisHost }) => defaultClientId(ocisHost)) };
  const clientId = resolved({ chosen }, ({ chosen: known }) => {
    refuse(clientIdProblems(known));
    return known;
  });
  return { clientId };
}
