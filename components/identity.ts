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
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { OcisWithPocketIdArgs } from "./arguments";
import { afterCheck, defined, resolved } from "./inputs";
import * as settings from "./settings";

type ByRole<T> = { readonly [R in settings.RoleKey]?: T };

/** Declares the groups with their claims and members, and the clients that only these groups may use. */
export function identity(
  name: string,
  args: OcisWithPocketIdArgs,
  hosts: pulumi.Output<settings.DeploymentHosts>,
  opts: pulumi.CustomResourceOptions,
) {
  const { protect, nativeClients: owner = "own", nativeCallbackUrls = {} } = args;
  const product = settings.productOf(args.product);
  const owned = protect === undefined ? opts : { ...opts, protect };
  const claimKey = resolved({ claimKey: args.claimKey }, ({ claimKey: known = product.claimKey }) => {
    settings.refuse(settings.claimKeyProblems(known, product));
    return known;
  });
  const roles = roleIdentities(name, args, claimKey, owned);
  const { skipConsent, accessTokenDurationMinutes, refreshTokenDurationMinutes } = args;
  const ofAllClients = {
    ...defined({ skipConsent, accessTokenDurationMinutes, refreshTokenDurationMinutes }),
    isPublic: true,
    // Any change by hand is drift, and could make every login fail.
    omitted: "reset" as const,
    allowedUserGroupIds: roles.map(({ groupId }) => groupId),
    adopt: args.adopt ?? "never",
  };
  const client = (key: string, its: OidcClientArgs, allowedUserGroupsMode: ListMode) => {
    // Not the apps: any program on a device can pretend to be one, so people decide once (RFC 8252, section 8.6).
    const firstParty = key === "web";
    const all = { ...its, ...ofAllClients, firstParty, allowedUserGroupsMode };
    return new OidcClient(`${name}-${key}`, all, owned);
  };

  const web = client("web", webClientArgs(args, hosts), "exact");
  const isOurs = owner === "own" || owner === "share";
  const apps = (isOurs ? product.nativeClients : []).map(
    ({ key, clientId, name: appName, otherNames, callbackUrls }) => {
      const more = pulumi.output(nativeCallbackUrls[key] ?? []) as pulumi.Output<string[]>;
      const app = {
        clientId,
        name: appName,
        otherNames: [...otherNames],
        callbackUrls: more.apply((urls) => [...callbackUrls, ...urls]),
      };
      return [key, client(key, app, owner === "share" ? "include" : "exact")] as const;
    },
  );
  const joined = (owner === "attach" ? roles : []).map(({ role, groupId }) => {
    const clientIds = product.nativeClients.map(({ clientId }) => clientId);
    // After the web client: both write which group may use which client.
    const after = { ...opts, dependsOn: [web] };
    return [role, new AllowedOidcClients(`${name}-${role}`, { groupId, clientIds }, after)] as const;
  });

  const byRole = <T>(of: (identity: (typeof roles)[number]) => T | undefined) =>
    defined(Object.fromEntries(roles.map((one) => [one.role, of(one)]))) as ByRole<T>;
  const all: readonly (pulumi.Resource | undefined)[] = [
    ...roles.flatMap(({ group, claims, members }) => [group, claims, members]),
    ...[web, ...apps.map(([, app]) => app)],
    ...joined.map(([, resource]) => resource),
  ];
  return {
    claimKey,
    groupNames: roles.map((one) => one.groupName),
    groups: byRole(({ group }) => group),
    claims: byRole(({ claims }) => claims),
    members: byRole(({ members }) => members),
    clients: {
      web,
      ...(Object.fromEntries(apps) as { readonly [A in settings.NativeClientKey]?: OidcClient }),
    },
    allowedClients: Object.fromEntries(joined) as ByRole<AllowedOidcClients>,
    groupIds: pulumi.output(byRole(({ groupId }) => groupId)) as pulumi.Output<
      Record<settings.RoleKey, string>
    >,
    nativeClientIds: Object.fromEntries<string>(
      owner === "none" ? [] : product.nativeClients.map(({ key, clientId }) => [key, clientId]),
    ),
    all: all.filter((one) => one !== undefined),
  };
}

/** Each role's group, or a reference to an existing one, with its claim and members. */
function roleIdentities(
  name: string,
  { product: key, groups = {}, members = {}, shareClaim = false, adopt = "never" }: OcisWithPocketIdArgs,
  claimKey: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
) {
  // Names are checked with names, and members with members: a list that isn't known yet hides no name from a preview.
  const namesChecked = resolved({ product: key, groups }, (known) =>
    settings.roleGroups(known as settings.RoleArgs),
  );
  const membersChecked = resolved({ product: key, members }, (known) =>
    settings.roleGroups(known as settings.RoleArgs),
  );
  const checkedName = (given: Parameters<typeof withDefault>[0], otherwise: string) =>
    afterCheck(withDefault(given, otherwise), namesChecked);
  const valueMode = pulumi.output(shareClaim).apply((is): ValueMode => (is ? "include" : "accept"));

  const { roles } = settings.productOf(key);
  return roles.map(({ key: role, claimValue, groupName: guideName, friendlyName }, rank) => {
    const logicalName = `${name}-${role}`;
    const given = groups[role] ?? {};
    const isExisting = given.existing !== undefined;
    const groupName = checkedName(isExisting ? given.existing : given.name, guideName);
    const groupArgs = { name: groupName, friendlyName: checkedName(given.friendlyName, friendlyName), adopt };
    const group = isExisting ? undefined : new UserGroup(logicalName, groupArgs, opts);
    const groupId = group?.id ?? getUserGroup({ name: groupName }, opts).id;
    const excludes = roles.slice(0, rank).map((higher) => higher.claimValue);
    const claim = { key: claimKey, value: claimValue, ...(excludes.length === 0 ? {} : { excludes }) };
    const claims = new CustomClaims(
      logicalName,
      {
        ...{ groupId, groupName, claims: [claim], valueMode },
        // The group's other claims aren't ours.
        mode: "include",
        // An existing group's claim is ours to correct.
        adopt: isExisting ? "ifExists" : adopt,
      },
      opts,
    );
    const usernames = members[role];
    const checkedMembers = afterCheck(
      pulumi.output(usernames ?? []) as pulumi.Output<string[]>,
      membersChecked,
    );
    const people =
      usernames && new UserGroupMembers(logicalName, { groupId, groupName, members: checkedMembers }, opts);
    return { role, groupName, group, groupId, claims, members: people };
  });
}

function webClientArgs(
  {
    product: key,
    webClientName,
    webClientDescription: description,
    webClientId: chosen,
  }: OcisWithPocketIdArgs,
  hosts: pulumi.Output<settings.DeploymentHosts>,
): OidcClientArgs {
  const product = settings.productOf(key);
  const client = hosts.apply(({ ocisUrl }) => settings.webClient(ocisUrl, product));
  const ofHost =
    chosen === undefined ? hosts.apply(({ ocisHost }) => settings.defaultClientId(ocisHost)) : undefined;
  const clientId = resolved({ chosen }, ({ chosen: known }) => {
    if (known !== undefined) settings.refuse(settings.clientIdProblems(known, product));
    return known;
  });
  return {
    name: withDefault(webClientName, product.webClientName),
    ...defined({ description, defaultClientId: ofHost }),
    ...(chosen === undefined || chosen === "generated"
      ? {}
      : { clientId: clientId as pulumi.Output<string> }),
    launchUrl: hosts.ocisUrl,
    callbackUrls: client.callbackUrls,
    logoutCallbackUrls: client.logoutCallbackUrls,
  };
}

function withDefault(
  given: pulumi.Input<string> | pulumi.Input<undefined> | undefined,
  otherwise: string,
): pulumi.Output<string> {
  return pulumi.output(given as pulumi.Input<string | undefined>).apply((known) => known ?? otherwise);
}
