import {
  type LookUpOptions,
  PocketIdProvider,
  verifiedIssuer,
  warnOfSharedClaim,
} from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { argumentProblems, environmentArgs, type OcisWithPocketIdArgs } from "./arguments";
import { deploy, type Deployment } from "./deployment";
import { identity } from "./identity";
import { identityArgs } from "./identity-settings";
import { contentSecurityPolicy, deploymentHosts, ocisEnvironment, refuse, type RoleKey } from "./settings";

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

    const wanted = identityArgs(args, hosts);
    const ourGroups = wanted.roles.map((role) => role.name);
    warnOfSharedClaim(wanted.claimKey, ourGroups, provider, this);
    const people = identity(name, wanted, child, provider);

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

/** The explicit connection that the component was given, for look-ups; without one they read the stack's configuration. */
function pocketIdProviderOf({ provider, providers }: pulumi.ComponentResourceOptions): LookUpOptions {
  const candidates = [provider, ...(Array.isArray(providers) ? providers : Object.values(providers ?? {}))];
  const found = candidates.find((candidate) => candidate instanceof PocketIdProvider);
  return found === undefined ? {} : { provider: found };
}
