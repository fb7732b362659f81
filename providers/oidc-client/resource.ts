import type * as pulumi from "@pulumi/pulumi";
import type { Adoption } from "../core/adoption";
import type { ListMode } from "../core/list-mode";
import { PocketIdResource } from "../pocket-id-resource";

/** Another issuer's tokens that may stand in for a client secret. Source: RFC 7523. */
export interface FederatedIdentity {
  /** Issuer of the tokens, an absolute URL. */
  issuer: pulumi.Input<string>;
  /** The `sub` that they must have. @default the client ID */
  subject?: pulumi.Input<string>;
  /** The `aud` that they must have. @default Pocket ID's URL */
  audience?: pulumi.Input<string>;
  /** Where the issuer's keys are. @default the issuer's /.well-known/jwks.json */
  jwks?: pulumi.Input<string>;
}

/**
 * Arguments of an {@link OidcClient}. A property that is left out, and has no default, is not managed: what Pocket ID has
 * is kept.
 */
export interface OidcClientArgs {
  /** Name shown to people, 1 to 50 characters. */
  name: pulumi.Input<string>;
  /**
   * The client ID: 2 to 128 letters, digits, dots, underscores and hyphens. Another one replaces the client.
   * @default `defaultClientId`
   */
  clientId?: pulumi.Input<string>;
  /**
   * The client ID that a new client gets; a client that exists, or is adopted, keeps the one it has. So the ID is known at
   * preview and stays when names change. @default made by Pocket ID
   */
  defaultClientId?: pulumi.Input<string>;
  /** Where logins may return to, as Pocket ID's patterns: `http://127.0.0.1:*`. */
  callbackUrls?: pulumi.Input<pulumi.Input<string>[]>;
  /** Where logouts may return to. */
  logoutCallbackUrls?: pulumi.Input<pulumi.Input<string>[]>;
  /** True for a client without a secret, such as a browser or native app. @default false */
  isPublic?: pulumi.Input<boolean>;
  /** Whether PKCE is required; always so for a public client. @default true for a public client */
  pkceEnabled?: pulumi.Input<boolean>;
  /** Whether people must prove who they are at each login. */
  requiresReauthentication?: pulumi.Input<boolean>;
  /** Whether logins must be announced by a pushed authorization request (RFC 9126). */
  requiresPushedAuthorizationRequests?: pulumi.Input<boolean>;
  /** Whether people are not asked for consent. Pocket ID 2.10 and later. */
  skipConsent?: pulumi.Input<boolean>;
  /** Address that the dashboard opens, an absolute URL. */
  launchUrl?: pulumi.Input<string>;
  /** Text shown to people, at most 150 characters. Pocket ID 2.10 and later. */
  description?: pulumi.Input<string>;
  /** Life of access tokens in minutes, 1 to 525600. Pocket ID 2.13 and later. */
  accessTokenDurationMinutes?: pulumi.Input<number>;
  /** Life of refresh tokens in minutes, 1 to 525600. Pocket ID 2.13 and later. */
  refreshTokenDurationMinutes?: pulumi.Input<number>;
  /** Tokens of other issuers that may stand in for a secret. */
  federatedIdentities?: pulumi.Input<pulumi.Input<FederatedIdentity>[]>;
  /** Whether only members of `allowedUserGroupIds` may log in. @default true */
  restricted?: pulumi.Input<boolean>;
  /** IDs of the groups whose members may log in. Needed while restricted, and must not be empty (see `allowNobody`). */
  allowedUserGroupIds?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * `exact`: these groups and no others. `include`: these groups; others are left alone, such as those of another stack that
   * shares the client. @default "exact"
   */
  allowedUserGroupsMode?: pulumi.Input<ListMode>;
  /** Says that a restricted client without any allowed group is meant: nobody can log in. @default false */
  allowNobody?: pulumi.Input<boolean>;
  /**
   * Whether a client that exists already is taken over: the one of exactly this `clientId`; or, without one, of exactly this
   * name that has one of our callback URLs, or else of the `defaultClientId`. It keeps its ID and secrets. @default "never"
   */
  adopt?: pulumi.Input<Adoption>;
  /** Whether destroy deletes the client even if it was taken over. @default false */
  deleteAdopted?: pulumi.Input<boolean>;
}

/**
 * An OIDC client (relying party) in Pocket ID. The resource's ID is the client ID.
 *
 * @example
 * new OidcClient("web", {
 *   name: "ocis",
 *   clientId: "ocis.company.com",
 *   callbackUrls: ["https://ocis.company.com/oidc-callback.html"],
 *   isPublic: true,
 *   allowedUserGroupIds: [admins.id],
 * });
 */
export class OidcClient extends PocketIdResource {
  declare readonly name: pulumi.Output<string>;
  declare readonly clientId: pulumi.Output<string>;
  declare readonly callbackUrls: pulumi.Output<string[] | undefined>;
  declare readonly logoutCallbackUrls: pulumi.Output<string[] | undefined>;
  declare readonly isPublic: pulumi.Output<boolean>;
  declare readonly restricted: pulumi.Output<boolean>;
  declare readonly allowedUserGroupIds: pulumi.Output<string[]>;
  /** True when the client existed before and was taken over; destroy then leaves it in place. */
  declare readonly adopted: pulumi.Output<boolean>;

  constructor(name: string, args: OidcClientArgs, options?: pulumi.CustomResourceOptions) {
    super(
      { type: "OidcClient", handler: "oidcClient", computed: ["clientId", "adopted"] },
      name,
      args,
      options,
    );
  }
}
