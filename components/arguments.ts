import type { Adoption } from "@ocis-pocket-id/providers";
import type { NativeClientsOwner } from "./identity";
import {
  clientIdProblems,
  type ContentSecurityPolicyArgs,
  contentSecurityPolicyProblems,
  DEFAULT_CLAIM_KEY,
  type DeploymentHosts,
  type EnvironmentArgs,
  environmentProblems,
  type HostArgs,
  hostProblems,
  type IdentityClaim,
  type Problem,
  type RoleArgs,
  roleProblems,
} from "./settings";
import { type BundleTargetArgs, type DockerTargetArgs, usesOwnTls } from "./targets";

/** Where oCIS runs: a container of a Docker host, or files for people who run `docker compose` themselves. */
export type TargetArgs = ({ type: "docker" } & DockerTargetArgs) | ({ type: "bundle" } & BundleTargetArgs);

/** Arguments of `OcisWithPocketId`. Hosts and roles are plain values, so that a preview can show everything. */
export interface OcisWithPocketIdArgs extends HostArgs, RoleArgs {
  /** Where oCIS runs. @default { type: "docker" } */
  target?: TargetArgs | undefined;
  /**
   * Who owns the clients of the desktop, iOS and Android apps. Their IDs are compiled into the apps, so one Pocket ID has
   * each only once: `own`, this stack; `share`, this stack, and it leaves the groups of other stacks alone; `attach`, another
   * stack, and this one's groups join; `none`, nobody. @default "own"
   */
  nativeClients?: NativeClientsOwner | undefined;
  /**
   * The client ID of the web client; `generated` leaves it to Pocket ID. @default the oCIS host for a new client; one that
   * exists keeps its own
   */
  webClientId?: string | undefined;
  /**
   * What tells people apart in oCIS: the username, as in the guide, or `sub`, which stays when somebody is renamed. Changing
   * it gives everybody a new, empty account. @default "preferred_username"
   */
  identityClaim?: IdentityClaim | undefined;
  /** Sources for csp.yaml beside the guide's, or in their place. */
  contentSecurityPolicy?: ContentSecurityPolicyArgs | undefined;
  /** Environment variables of oCIS beside ours. */
  extraEnvironment?: Readonly<Record<string, string>> | undefined;
  /** Variables of ours with another value, on your own responsibility. */
  overrideEnvironment?: Readonly<Record<string, string>> | undefined;
  /** Whether groups, claims and clients that exist already are taken over. @default "never" */
  adopt?: Adoption | undefined;
  /** Whether the engine refuses to delete groups, claims, clients and volumes. @default false */
  protect?: boolean | undefined;
}

/** All that is wrong with these arguments, found without asking anybody. */
export function argumentProblems(args: OcisWithPocketIdArgs): Problem[] {
  const chosenId = args.webClientId === "generated" ? undefined : args.webClientId;
  return [
    ...hostProblems(args),
    ...roleProblems(args),
    ...(chosenId === undefined ? [] : clientIdProblems(chosenId)),
    ...contentSecurityPolicyProblems(args.contentSecurityPolicy ?? {}),
    // Names are checked here, and values do not depend on hosts, which may be the problem.
    ...environmentProblems(environmentArgs(args, { ocisUrl: "", issuer: "" }, "")),
  ];
}

/** What oCIS's environment depends on, as far as the arguments say it. */
export function environmentArgs(
  args: OcisWithPocketIdArgs,
  { ocisUrl, issuer }: Pick<DeploymentHosts, "ocisUrl" | "issuer">,
  clientId: string,
): EnvironmentArgs {
  const {
    claimKey = DEFAULT_CLAIM_KEY,
    identityClaim = "preferred_username",
    extraEnvironment,
    overrideEnvironment,
  } = args;
  const tls = args.target !== undefined && usesOwnTls(args.target);
  return { ocisUrl, issuer, clientId, claimKey, identityClaim, tls, extraEnvironment, overrideEnvironment };
}
