import * as pulumi from "@pulumi/pulumi";
import type { OcisWithPocketIdArgs } from "./arguments";
import type { IdentityArgs, PublicClient, RoleIdentity, SignIn } from "./identity";
import { afterCheck, resolved } from "./inputs";
import {
  clientIdProblems,
  DEFAULT_CLAIM_KEY,
  defaultClientId,
  type DeploymentHosts,
  NATIVE_CLIENTS,
  refuse,
  type RoleArgs,
  roleGroups,
  ROLES,
  webClient,
  WEB_CLIENT_NAME,
} from "./settings";

/** From a component's args to what Pocket ID is to have: every default filled in, nothing asked of anybody. */
export function identityArgs(
  args: OcisWithPocketIdArgs,
  hosts: pulumi.Output<DeploymentHosts>,
): IdentityArgs {
  return {
    roles: roles(args),
    claimKey: resolved({ claimKey: args.claimKey }, ({ claimKey = DEFAULT_CLAIM_KEY }) => {
      roleGroups({ claimKey });
      return claimKey;
    }),
    valueMode:
      args.shareClaim === undefined
        ? "accept"
        : pulumi.output(args.shareClaim).apply((isShared) => (isShared ? "include" : "accept")),
    webClient: { ...webClientOf(args, hosts), ...webClientId(args, hosts) },
    signIn: signIn(args),
    nativeClients: NATIVE_CLIENTS,
    nativeClientsOwner: args.nativeClients ?? "own",
    nativeCallbackUrls: args.nativeCallbackUrls ?? {},
    adopt: args.adopt ?? "never",
    protect: args.protect,
  };
}

/** Names are checked with names, and members with members: a list that isn't known yet hides no name from a preview. */
function roles({ groups, members }: OcisWithPocketIdArgs): RoleIdentity[] {
  const named = resolved({ groups }, (known) => roleGroups(known as RoleArgs));
  const peopled = resolved({ members }, (known) => roleGroups(known as RoleArgs));
  return ROLES.map(({ key, claimValue, groupName, friendlyName }, rank): RoleIdentity => {
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

function signIn(args: OcisWithPocketIdArgs): SignIn {
  const { skipConsent, accessTokenDurationMinutes, refreshTokenDurationMinutes } = args;
  return {
    ...(skipConsent === undefined ? {} : { skipConsent }),
    ...(accessTokenDurationMinutes === undefined ? {} : { accessTokenDurationMinutes }),
    ...(refreshTokenDurationMinutes === undefined ? {} : { refreshTokenDurationMinutes }),
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
