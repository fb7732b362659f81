import {
  type Adoption,
  type LookUpOptions,
  PocketIdProvider,
  verifiedIssuer,
} from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { deploy, type Deployment } from "./deployment";
import { identity } from "./identity";
import { identityArgs } from "./identity-settings";
import {
  contentSecurityPolicy,
  type ContentSecurityPolicyArgs,
  contentSecurityPolicyProblems,
  clientIdProblems,
  DEFAULT_CLAIM_KEY,
  type DeploymentHosts,
  deploymentHosts,
  type EnvironmentArgs,
  environmentProblems,
  type HostArgs,
  hostProblems,
  type IdentityClaim,
  ocisEnvironment,
  type Problem,
  refuse,
  type RoleArgs,
  type RoleKey,
  roleProblems,
} from "./settings";
import { type BundleTargetArgs, type DockerTargetArgs, usesOwnTls } from "./targets";

/** Where oCIS runs: a container of a Docker host, or files for people who run `docker compose` themselves. */
export type TargetArgs = ({ type: "docker" } & DockerTargetArgs) | ({ type: "bundle" } & BundleTargetArgs);

/** Arguments of {@link OcisWithPocketId}. Hosts and roles are plain values, so that a preview can show everything. */
export interface OcisWithPocketIdArgs extends HostArgs, RoleArgs {
  /** Where oCIS runs. @default { type: "docker" } */
  target?: TargetArgs | undefined;
  /**
   * Whether this stack makes the clients of the desktop, iOS and Android apps. Their IDs are compiled into the apps, so one
   * Pocket ID has each only once. @default "own"
   */
  nativeClients?: "own" | "none" | undefined;
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
  /** Whether the engine refuses to delete groups, clients and volumes. @default false */
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

/**
 * oCIS with Pocket ID logins: the whole guide as one resource. Groups and clients in Pocket ID, and an oCIS that is told of
 * them.
 *
 * @example
 * new OcisWithPocketId("ocis", { domain: "company.com", members: { admin: ["alice"] } });
 * @throws SettingsError that names all problems of the arguments.
 */
export class OcisWithPocketId extends pulumi.ComponentResource {
  /** Where people reach oCIS: `https://ocis.company.com`. */
  readonly ocisUrl: pulumi.Output<string>;
  /** Pocket ID's public URL, as it names itself. */
  readonly issuer: pulumi.Output<string>;
  /** The web client's ID. */
  readonly clientId: pulumi.Output<string>;
  /** IDs of the groups, by role. */
  readonly groupIds: pulumi.Output<Record<RoleKey, string>>;
  /** Client IDs of the native apps, by app. */
  readonly nativeClientIds: pulumi.Output<Record<string, string>>;
  /** The environment variables of oCIS. */
  readonly environment: pulumi.Output<Record<string, string>>;
  /** The text of csp.yaml. */
  readonly contentSecurityPolicy: pulumi.Output<string>;
  /** Where oCIS is: its container and volumes, or the directory of the bundle. */
  readonly deployment: pulumi.Output<Deployment>;

  constructor(name: string, args: OcisWithPocketIdArgs, options: pulumi.ComponentResourceOptions = {}) {
    refuse(argumentProblems(args));
    super("ocis-pocket-id:index:OcisWithPocketId", name, {}, options);
    const child = { parent: this };
    const provider = pocketIdProviderOf(options);
    const hosts = deploymentHosts(args);
    const issuer = verifiedIssuer(hosts.issuer, provider);

    const people = identity(name, identityArgs(args, hosts), child, provider);

    const target = args.target ?? { type: "docker" };
    const environment = pulumi
      .all([issuer, people.webClientId])
      .apply(([checkedIssuer, clientId]) =>
        ocisEnvironment(environmentArgs(args, { ...hosts, issuer: checkedIssuer }, clientId)),
      );
    const policy = pulumi.output(contentSecurityPolicy(hosts.issuer, args.contentSecurityPolicy));
    const settings = { ocisUrl: hosts.ocisUrl, issuer, environment, contentSecurityPolicy: policy };

    this.deployment = deploy(name, settings, target, args.protect ?? false, {
      ...child,
      dependsOn: people.resources,
    });
    this.ocisUrl = pulumi.output(hosts.ocisUrl);
    this.issuer = issuer;
    this.clientId = people.webClientId;
    this.groupIds = people.groupIds;
    this.nativeClientIds = people.nativeClientIds;
    this.environment = environment;
    this.contentSecurityPolicy = policy;
    this.registerOutputs({
      ocisUrl: this.ocisUrl,
      issuer: this.issuer,
      clientId: this.clientId,
      groupIds: this.groupIds,
      nativeClientIds: this.nativeClientIds,
      deployment: this.deployment,
    });
  }
}

function environmentArgs(
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

/** The explicit connection that the component was given, for look-ups; without one they read the stack's configuration. */
function pocketIdProviderOf({ provider, providers }: pulumi.ComponentResourceOptions): LookUpOptions {
  const candidates = [provider, ...(Array.isArray(providers) ? providers : Object.values(providers ?? {}))];
  const found = candidates.find((candidate) => candidate instanceof PocketIdProvider);
  return found === undefined ? {} : { provider: found };
}
