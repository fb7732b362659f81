import type { IdentityArgs, PublicClient, RoleIdentity } from "./identity";
import type { OcisWithPocketIdArgs } from "./arguments";
import {
  DEFAULT_CLAIM_KEY,
  defaultClientId,
  type DeploymentHosts,
  NATIVE_CLIENTS,
  type RoleKey,
  roleGroups,
  webClient,
} from "./settings";

/** From a component's arguments to what Pocket ID is to know: every default filled in, nothing asked of anybody. */
export function identityArgs(args: OcisWithPocketIdArgs, hosts: DeploymentHosts): IdentityArgs<RoleKey> {
  return {
    roles: roleGroups(args).map(({ members, ...group }): RoleIdentity<RoleKey> => {
      return { ...group, ...(members === undefined ? {} : { members }) };
    }),
    claimKey: args.claimKey ?? DEFAULT_CLAIM_KEY,
    webClient: { ...webClient(hosts.ocisUrl), ...webClientId(args, hosts) },
    nativeClients: Object.fromEntries(NATIVE_CLIENTS.map(({ key, ...client }) => [key, client])),
    nativeClientsOwner: args.nativeClients ?? "own",
    adopt: args.adopt ?? "never",
    protect: args.protect ?? false,
  };
}

function webClientId(
  { webClientId: chosen }: OcisWithPocketIdArgs,
  { ocisHost }: DeploymentHosts,
): Partial<PublicClient> {
  if (chosen === "generated") return {};
  return chosen === undefined ? { defaultClientId: defaultClientId(ocisHost) } : { clientId: chosen };
}
