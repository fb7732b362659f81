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
 * Arguments of `OcisWithPocketId`. A value may come from another resource, another stack, or be a secret; what isn't known at
 * preview is checked at `up`. The roles that have members, the existing groups, the target and the native clients' owner
 * determine the resources, so they must be plain values.
 */
export interface OcisWithPocketIdArgs extends Omit<Inputs<settings.HostArgs>, "product"> {
  /** What to run: oCIS, or OpenCloud. The other arguments are the same for both. @default "ocis" */
  product?: settings.ProductKey | undefined;
  /**
   * The claim that carries the role. Each deployment on one Pocket ID needs its own, because a person has only one value for
   * a claim.
   * @default "roles", or "opencloud_role" for OpenCloud
   */
  claimKey?: pulumi.Input<string> | undefined;
  /**
   * Whether other applications also use this claim of the groups: the role is then added to a list, and destroy removes only
   * the role. Otherwise a list with the role in it stays, and anything else is replaced.
   * @default false
   */
  shareClaim?: pulumi.Input<boolean> | undefined;
  /** Groups other than the guide's. */
  groups?:
    Readonly<Partial<Record<settings.RoleKey, Inputs<settings.RoleGroupArgs> | undefined>>> | undefined;
  /** Usernames by role. A missing role's members aren't managed; an empty list means nobody. */
  members?:
    | Readonly<Partial<Record<settings.RoleKey, pulumi.Input<readonly pulumi.Input<string>[]> | undefined>>>
    | undefined;
  /** Where oCIS runs. @default { type: "docker" } */
  target?: TargetArgs | undefined;
  /**
   * Who owns the clients of the desktop, iOS and Android apps. Their IDs are compiled into the apps, so each exists only once
   * in a Pocket ID: `own`, this stack; `share`, this stack, which keeps the groups of other stacks; `attach`, another stack,
   * whose clients our groups join; `none`, nobody. @default "own"
   */
  nativeClients?: NativeClientsOwner | undefined;
  /**
   * Callback URLs of the apps' clients in addition to the built-in ones, by app: for branded apps, or builds that use another
   * scheme, such as `oc.ios://ios.owncloud.com`. For `own` and `share`. @default none
   */
  nativeCallbackUrls?:
    | Readonly<Partial<Record<settings.NativeClientKey, pulumi.Input<readonly pulumi.Input<string>[]>>>>
    | undefined;
  /**
   * The client ID of the web client; `generated` leaves it to Pocket ID. @default the oCIS host for a new client; an existing
   * one keeps its ID
   */
  webClientId?: pulumi.Input<string> | undefined;
  /** The web client's name, which people see when they sign in, 1 to 50 characters. @default "ocis", or "OpenCloud" */
  webClientName?: pulumi.Input<string> | undefined;
  /** The web client's description in Pocket ID, at most 150 characters. Pocket ID 2.10 and later. @default none */
  webClientDescription?: pulumi.Input<string> | undefined;
  /**
   * Whether people needn't consent to sharing their name and e-mail address with oCIS and the apps. Pocket ID 2.10 and later.
   * @default true for the web client if Pocket ID can; false for the apps, because any program on a device can pretend to be
   * one (RFC 8252, section 8.6)
   */
  skipConsent?: pulumi.Input<boolean> | undefined;
  /** Lifetime of access tokens in minutes, 1 to 525600. Pocket ID 2.13 and later. @default 60 */
  accessTokenDurationMinutes?: pulumi.Input<number> | undefined;
  /** Lifetime of refresh tokens in minutes, 1 to 525600. Pocket ID 2.13 and later. @default 43200 (30 days) */
  refreshTokenDurationMinutes?: pulumi.Input<number> | undefined;
  /**
   * What identifies people in oCIS: the username, as in the guide, or `sub`, which survives a rename. Changing it gives
   * everybody a new, empty account. @default "preferred_username"
   */
  identityClaim?: pulumi.Input<settings.IdentityClaim> | undefined;
  /** How csp.yaml differs from the policy that this oCIS ships. @default that policy, and Pocket ID's origin */
  contentSecurityPolicy?: pulumi.Input<Inputs<settings.ContentSecurityPolicyArgs>> | undefined;
  /** Additional environment variables of oCIS. Secret ones stay secret. */
  extraEnvironment?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>> | undefined;
  /** Other values for our variables, at your own risk. Secret ones stay secret. */
  overrideEnvironment?: pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>> | undefined;
  /** Whether to adopt groups, claims and clients that exist already. @default "never" */
  adopt?: pulumi.Input<Adoption> | undefined;
  /**
   * Whether the engine refuses to delete groups, claims, clients and volumes. The resource option of the same name protects
   * everything in the component. @default false
   */
  protect?: boolean | undefined;
}

/** All problems of arguments that are plain values. Asks no server. */
export function argumentProblems(args: OcisWithPocketIdArgs): settings.Problem[] {
  const { domain, ocisHost, ocisPort, pocketIdHost, issuer, product: key } = args;
  const product = settings.PRODUCTS[key ?? "ocis"] as settings.Product | undefined;
  if (product === undefined) {
    return [{ field: "product", message: `'${String(key)}' isn't a product: write ocis or opencloud` }];
  }
  const { claimKey, groups, members, webClientId, nativeCallbackUrls, contentSecurityPolicy = {} } = args;
  return [
    ...problemsOf({ product: key, domain, ocisHost, ocisPort, pocketIdHost, issuer }, settings.hostProblems),
    ...problemsOf({ product: key, claimKey, groups, members }, settings.roleProblems),
    ...problemsOf<{ id?: string }>({ id: webClientId }, ({ id }) =>
      id === undefined || id === "generated" ? [] : settings.clientIdProblems(id, product),
    ),
    ...problemsOf<settings.NativeCallbackUrls>(nativeCallbackUrls ?? {}, (urls) =>
      settings.nativeCallbackProblems(urls, args.nativeClients),
    ),
    ...problemsOf(contentSecurityPolicy, settings.contentSecurityPolicyProblems),
    // Names are checked here, and values do not depend on hosts, which may be the problem.
    ...problemsOf(
      {
        ...{ product: key, ocisUrl: "", issuer: "", clientId: "", claimKey: "", tls: false },
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
