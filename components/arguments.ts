import type { Adoption } from "@ocis-pocket-id/providers";
import { isPlain } from "@ocis-pocket-id/providers/core";
import type * as pulumi from "@pulumi/pulumi";
import type { Inputs } from "./inputs";
import * as settings from "./settings";
import type { TargetArgs } from "./targets";

/**
 * Who owns the clients of the native apps, whose IDs are compiled in: this stack alone (`own`); this stack, which leaves other
 * stacks' groups alone (`share`); another stack, whose clients our groups join (`attach`); or nobody (`none`).
 */
export type NativeClientsOwner = "own" | "share" | "attach" | "none";

/**
 * Arguments of `OcisWithPocketId`. A value may come from another resource, another stack, or be a secret; what is not known
 * at preview is checked at `up`. Which roles have members, which groups exist, the target and the owner of the native clients
 * decide which resources there are, and are plain.
 */
export interface OcisWithPocketIdArgs extends Inputs<settings.HostArgs> {
  /**
   * The claim that carries the role. Two deployments on one Pocket ID need one each, as a person has one value for a key.
   * @default "roles"
   */
  claimKey?: pulumi.Input<string> | undefined;
  /**
   * Whether other applications may have values of theirs in this claim of the groups: the role is added to them as a list, and
   * destroy takes only the role away. Otherwise a list with the role in it is left alone, and anything else is replaced.
   * @default false
   */
  shareClaim?: pulumi.Input<boolean> | undefined;
  /** Groups other than the guide's. */
  groups?:
    Readonly<Partial<Record<settings.RoleKey, Inputs<settings.RoleGroupArgs> | undefined>>> | undefined;
  /** Usernames by role. The members of a role that is missing are left alone; an empty list means nobody. */
  members?:
    | Readonly<Partial<Record<settings.RoleKey, pulumi.Input<readonly pulumi.Input<string>[]> | undefined>>>
    | undefined;
  /** Where oCIS runs. @default { type: "docker" } */
  target?: TargetArgs | undefined;
  /**
   * Who owns the clients of the desktop, iOS and Android apps. Their IDs are compiled into the apps, so one Pocket ID has
   * each only once: `own`, this stack; `share`, this stack, and it leaves the groups of other stacks alone; `attach`, another
   * stack, and this one's groups join; `none`, nobody. @default "own"
   */
  nativeClients?: NativeClientsOwner | undefined;
  /**
   * Callback URLs of the apps' clients beside the built-in ones, by app: for branded apps, or builds that use another scheme,
   * such as `oc.ios://ios.owncloud.com`. For `own` and `share`. @default none
   */
  nativeCallbackUrls?:
    | Readonly<Partial<Record<settings.NativeClientKey, pulumi.Input<readonly pulumi.Input<string>[]>>>>
    | undefined;
  /**
   * The client ID of the web client; `generated` leaves it to Pocket ID. @default the oCIS host for a new client; one that
   * exists keeps its own
   */
  webClientId?: pulumi.Input<string> | undefined;
  /** The web client's name, which people see when they sign in, 1 to 50 characters. @default "ocis" */
  webClientName?: pulumi.Input<string> | undefined;
  /** The web client's description in Pocket ID, at most 150 characters. Pocket ID 2.10 and later. @default none */
  webClientDescription?: pulumi.Input<string> | undefined;
  /**
   * Whether to skip asking people if oCIS and the apps may have their name and e-mail address. Pocket ID 2.10 and later.
   * @default true for the web client, where Pocket ID can leave the question out; false for the apps, for which any program on
   * a device could pass (RFC 8252, section 8.6)
   */
  skipConsent?: pulumi.Input<boolean> | undefined;
  /** Life of access tokens in minutes, 1 to 525600. Pocket ID 2.13 and later. @default 60 */
  accessTokenDurationMinutes?: pulumi.Input<number> | undefined;
  /** Life of refresh tokens in minutes, 1 to 525600. Pocket ID 2.13 and later. @default 43200 (30 days) */
  refreshTokenDurationMinutes?: pulumi.Input<number> | undefined;
  /**
   * What identifies people in oCIS: the username, as in the guide, or `sub`, which stays when somebody is renamed. Changing
   * it gives everybody a new, empty account. @default "preferred_username"
   */
  identityClaim?: pulumi.Input<settings.IdentityClaim> | undefined;
  /** Sources for csp.yaml beside the guide's, or in their place. */
  contentSecurityPolicy?: pulumi.Input<Inputs<settings.ContentSecurityPolicyArgs>> | undefined;
  /** Environment variables of oCIS beside ours. Secret ones stay secret. */
  extraEnvironment?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>> | undefined;
  /** Variables of ours with another value, at your own risk. Secret ones stay secret. */
  overrideEnvironment?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>> | undefined;
  /** Whether to adopt groups, claims and clients that exist already. @default "never" */
  adopt?: pulumi.Input<Adoption> | undefined;
  /**
   * Whether the engine refuses to delete groups, claims, clients and volumes. The resource option of the same name protects
   * all that the component has. @default false
   */
  protect?: boolean | undefined;
}

/** Everything that is wrong with the arguments whose values are plain. No server is asked. */
export function argumentProblems(args: OcisWithPocketIdArgs): settings.Problem[] {
  const { domain, ocisHost, ocisPort, pocketIdHost, issuer } = args;
  const { claimKey, groups, members, webClientId, nativeCallbackUrls, contentSecurityPolicy = {} } = args;
  return [
    ...problemsOf({ domain, ocisHost, ocisPort, pocketIdHost, issuer }, settings.hostProblems),
    ...problemsOf({ claimKey, groups, members }, settings.roleProblems),
    ...problemsOf<{ id?: string }>({ id: webClientId }, ({ id }) =>
      id === undefined || id === "generated" ? [] : settings.clientIdProblems(id),
    ),
    ...problemsOf<settings.NativeCallbackUrls>(nativeCallbackUrls ?? {}, (urls) =>
      settings.nativeCallbackProblems(urls, args.nativeClients),
    ),
    ...problemsOf(contentSecurityPolicy, settings.contentSecurityPolicyProblems),
    // Names are checked here, and values do not depend on hosts, which may be the problem.
    ...problemsOf(
      {
        ...{ ocisUrl: "", issuer: "", clientId: "", claimKey: "", tls: false },
        identityClaim: args.identityClaim ?? "preferred_username",
        extraEnvironment: args.extraEnvironment,
        overrideEnvironment: args.overrideEnvironment,
      },
      settings.environmentProblems,
    ),
  ];
}

/** Arguments that include an output are checked when its value is known. */
function problemsOf<T>(
  args: pulumi.Input<object> | { [K in keyof T]?: unknown },
  problems: (args: T) => settings.Problem[],
): settings.Problem[] {
  return isPlain(args) ? problems(args as T) : [];
}
