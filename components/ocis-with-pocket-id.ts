import {
  type AllowedOidcClients,
  type CustomClaims,
  type OidcClient,
  reportPeopleInTwoRoles,
  type UserGroup,
  type UserGroupMembers,
  verifiedIssuer,
  warnOfSharedClaim,
} from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { argumentProblems, type OcisWithPocketIdArgs } from "./arguments";
import { splitEnvironment } from "./environment";
import { identity } from "./identity";
import { childOpts, componentOpts, resolved } from "./inputs";
import { policyOf } from "./policy";
import * as settings from "./settings";
import {
  type BundleTarget,
  deploy,
  type Deployment,
  type DockerTarget,
  type KubernetesTarget,
  type SwarmTarget,
  workload,
} from "./targets";

/**
 * oCIS with Pocket ID logins: the whole guide as one resource. Groups and clients in Pocket ID, and an oCIS that uses
 * them.
 *
 * @example
 * const ocis = new OcisWithPocketId("ocis", { domain: "company.com", members: { admin: ["alice"] } });
 * export const adminGroup = ocis.groups.admin?.id;
 * @throws SettingsError that names all problems of the arguments; a problem of an output stops the program when
 * its value is known.
 */
export class OcisWithPocketId extends pulumi.ComponentResource {
  /** Where people reach oCIS: `https://ocis.company.com`. */
  readonly ocisUrl: pulumi.Output<string>;
  /** Pocket ID's public URL, as it names itself. */
  readonly issuer: pulumi.Output<string>;
  /** The web client's ID. */
  readonly clientId: pulumi.Output<string>;
  /** IDs of the groups, by role. */
  readonly groupIds: pulumi.Output<Record<settings.RoleKey, string>>;
  /** Client IDs of the native apps, by app. */
  readonly nativeClientIds: pulumi.Output<Record<string, string>>;
  /** The environment variables of oCIS; a secret if any of them is. */
  readonly environment: pulumi.Output<Record<string, string>>;
  /** The text of csp.yaml. */
  readonly contentSecurityPolicy: pulumi.Output<string>;
  /** Where oCIS is: its container and volumes, or the directory of the bundle. */
  readonly deployment: pulumi.Output<Deployment>;

  /** The groups by role, without those that are only referred to. */
  readonly groups: { readonly [R in settings.RoleKey]?: UserGroup };
  /** The groups' claims by role. */
  readonly claims: { readonly [R in settings.RoleKey]?: CustomClaims };
  /** The groups' members by role, where they are managed. */
  readonly members: { readonly [R in settings.RoleKey]?: UserGroupMembers };
  /** The clients: `web`, and the native apps' that this stack owns. */
  readonly clients: { readonly web: OidcClient } & { readonly [A in settings.NativeClientKey]?: OidcClient };
  /** By role, what lets the groups use native clients that another stack owns. */
  readonly allowedClients: { readonly [R in settings.RoleKey]?: AllowedOidcClients };
  /** Target docker: everything on the Docker host. */
  readonly docker: DockerTarget | undefined;
  /** Target docker: the container, for short. */
  readonly container: DockerTarget["container"] | undefined;
  /** Target swarm: everything in the Swarm. */
  readonly swarm: SwarmTarget | undefined;
  /** Target kubernetes: everything in the cluster. */
  readonly kubernetes: KubernetesTarget | undefined;
  /** Target bundle: the files. */
  readonly bundle: BundleTarget | undefined;

  constructor(name: string, args: OcisWithPocketIdArgs, opts: pulumi.ComponentResourceOptions = {}) {
    settings.refuse(argumentProblems(args));
    super("ocis-pocket-id:index:OcisWithPocketId", name, {}, componentOpts(opts));
    const child = childOpts(this, opts);

    const { product, domain, ocisHost, ocisPort, pocketIdHost, issuer } = args;
    const hosts = resolved({ product, domain, ocisHost, ocisPort, pocketIdHost, issuer }, (known) =>
      settings.deploymentHosts(known as settings.HostArgs),
    );
    const policy = policyOf(args, hosts.issuer, this);
    const people = identity(name, args, hosts, child);
    warnOfSharedClaim(people.claimKey, people.groupNames, child, this);
    reportPeopleInTwoRoles(args.members ?? {}, child, this);

    this.ocisUrl = hosts.ocisUrl;
    this.issuer = verifiedIssuer(hosts.issuer, child);
    this.clientId = people.clients.web.clientId;
    const environment = splitEnvironment(args, this);
    const itsSettings = {
      url: this.ocisUrl,
      issuer: this.issuer,
      environment: environment.open,
      secretEnvironment: environment.secret,
      contentSecurityPolicy: policy,
    };
    const { target = { type: "docker" }, protect } = args;
    const targetArgs = protect === undefined ? target : { protect, ...target };
    const after = { ...child, dependsOn: people.all };
    const deployed = deploy(
      name,
      workload(itsSettings, target, settings.productOf(product)),
      targetArgs,
      after,
    );
    this.deployment = deployed.summary;
    this.docker = deployed.docker;
    this.container = deployed.docker?.container;
    this.swarm = deployed.swarm;
    this.kubernetes = deployed.kubernetes;
    this.bundle = deployed.bundle;

    this.groupIds = people.groupIds;
    this.nativeClientIds = pulumi.output(people.nativeClientIds);
    this.environment = environment.all;
    this.contentSecurityPolicy = policy;
    this.groups = people.groups;
    this.claims = people.claims;
    this.members = people.members;
    this.clients = people.clients;
    this.allowedClients = people.allowedClients;
    const { ocisUrl, clientId, groupIds, nativeClientIds, deployment } = this;
    this.registerOutputs({
      // State of oCIS has none, so that existing stacks don't change.
      ...(product === undefined || product === "ocis" ? {} : { product }),
      ...{ ocisUrl, issuer: this.issuer, clientId, groupIds, nativeClientIds, deployment },
      // One secret would make all of a map secret.
      environment: environment.open,
      secretEnvironment: environment.secret,
      contentSecurityPolicy: policy,
    });
  }
}
