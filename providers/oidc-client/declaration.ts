import type * as pulumi from "@pulumi/pulumi";
import { adopted, adoption, deleteAdopted, server } from "../core/adoption";
import { type ArgsOf, declare, type Schema } from "../core/declare";
import { ALLOWED_GROUPS, listMode, soleOwner } from "../core/ownership";
import { declared, PocketIdResource } from "../core/resource";
import { anyText, choice, flag, integer, listOf, setOf, text } from "../core/schema";
import { callbackPattern, clientId, federatedIdentity, urlOrNone } from "./schemas";

const callbacks = setOf(callbackPattern);
const minutes = integer(1, 525_600, "minutes");

/** A property that isn't managed if a program leaves it out. @param reset the value that Pocket ID gives a new client */
const unmanaged = <Value, Arg>(schema: Schema<Value, Arg>, wire: string, reset: Value) =>
  ({ schema, wire, optional: true, reset }) as const;

/** The declaration of {@link OidcClient}. */
export const oidcClient = declare({
  type: "OidcClient",
  title: ({ name }, id) => `client ${name} (${id.length > 24 ? `${id.slice(0, 8)}…` : id})`,
  readOnly: [
    ...["id", "clientType", "hasLogo", "hasDarkLogo", "pkceSupported"],
    ...["allowedUserGroups", "allowedUserGroupsCount"],
  ],
  properties: {
    /** Name shown to people, 1 to 50 characters. */
    name: { schema: text(1, 50), wire: "name" },
    /**
     * Other names that a client of this `clientId` keeps if it has one of them, such as the name in an older guide. Any further
     * name is still drift. @default none
     */
    otherNames: { schema: setOf(text(1, 50)), optional: true, compared: false },
    /**
     * The client ID: 2 to 128 letters, digits, dots, underscores and hyphens. Another one replaces the client.
     * @default `defaultClientId`
     */
    clientId: { schema: clientId, wire: "id", optional: true, filledIn: true, replaces: true },
    /**
     * The client ID that a new client gets; a client that exists, or is adopted, keeps the one it has. So the ID is known at
     * preview and stays when names change. @default made by Pocket ID
     */
    defaultClientId: { schema: clientId, optional: true, compared: false },
    /** Where logins may return to, as Pocket ID's patterns: `http://127.0.0.1:*`. */
    callbackUrls: { ...unmanaged(callbacks, "callbackURLs", []), drift: { entry: "callback" } },
    /** Where logouts may return to. */
    logoutCallbackUrls: {
      ...unmanaged(callbacks, "logoutCallbackURLs", []),
      drift: { entry: "logout callback" },
    },
    /** True for a client without a secret, such as a browser or native app. @default false */
    isPublic: {
      schema: flag,
      wire: "isPublic",
      default: false,
      shown: true,
      drift: {
        nowTrue: "was made public, should be confidential",
        nowFalse: "was made confidential, should be public",
      },
    },
    /** Whether PKCE is required; always so for a public client. @default true for a public client */
    pkceEnabled: {
      schema: flag,
      wire: "pkceEnabled",
      optional: true,
      shown: true,
      drift: "PKCE (pkceEnabled)",
    },
    /** Whether people must prove who they are at each login. */
    requiresReauthentication: {
      ...unmanaged(flag, "requiresReauthentication", false),
      drift: {
        nowTrue: "people must prove who they are at each login (requiresReauthentication)",
        nowFalse: "people needn't prove who they are at each login (requiresReauthentication)",
      },
    },
    /** Whether logins must be announced by a pushed authorization request (RFC 9126). Pocket ID 2.9 and later. */
    requiresPushedAuthorizationRequests: {
      ...unmanaged(flag, "requiresPushedAuthorizationRequests", false),
      since: "2.9",
      drift: {
        nowTrue:
          "refuses logins without a pushed authorization request (requiresPushedAuthorizationRequests)",
        nowFalse:
          "accepts logins without a pushed authorization request (requiresPushedAuthorizationRequests)",
      },
    },
    /** Whether people aren't asked for consent. Pocket ID 2.10 and later. @default true for a first-party client */
    skipConsent: {
      ...unmanaged(flag, "skipConsent", false),
      trusted: true,
      since: "2.10",
      drift: {
        nowTrue: "doesn't ask people for consent (skipConsent)",
        nowFalse: "asks people for consent (skipConsent)",
      },
    },
    /**
     * Whether the client is the company's own application: people aren't asked for consent, where Pocket ID can leave that
     * out (2.10 and later). @default false
     */
    firstParty: { schema: flag, default: false, compared: false },
    /** Absolute URL that the client's tile on Pocket ID's "My apps" page opens; empty for none. */
    launchUrl: { ...unmanaged(urlOrNone, "launchURL", ""), drift: "launch URL" },
    /** Text shown to people, at most 150 characters. Pocket ID 2.10 and later. */
    description: { ...unmanaged(text(0, 150), "description", ""), since: "2.10" },
    /**
     * Where Pocket ID notifies the application of a logout, an absolute URL; empty for none. Pocket ID 2.17 and
     * later; not tried. Source: OpenID Connect Back-Channel Logout 1.0.
     */
    backchannelLogoutUrl: {
      ...unmanaged(urlOrNone, "backchannelLogoutURL", ""),
      since: "2.17",
      drift: "back-channel logout URL",
    },
    /** Lifetime of access tokens in minutes, 1 to 525600. Pocket ID 2.13 and later. */
    accessTokenDurationMinutes: { ...unmanaged(minutes, "accessTokenDurationMinutes", 60), since: "2.13" },
    /** Lifetime of refresh tokens in minutes, 1 to 525600. Pocket ID 2.13 and later. */
    refreshTokenDurationMinutes: {
      ...unmanaged(minutes, "refreshTokenDurationMinutes", 43_200),
      since: "2.13",
    },
    /** Tokens of other issuers that may stand in for a secret. */
    federatedIdentities: {
      schema: listOf(federatedIdentity, "issuer"),
      wire: "credentials.federatedIdentities",
      optional: true,
      reset: [],
      drift: "list of federated identities",
    },
    /** Whether only members of `allowedUserGroupIds` may log in. @default true */
    restricted: {
      schema: flag,
      wire: "isGroupRestricted",
      default: true,
      shown: true,
      drift: {
        nowTrue: "was restricted to groups, should be open to everybody",
        nowFalse: "was made unrestricted: everybody may log in, not only its groups",
      },
    },
    /** IDs of the groups whose members may log in. Needed while restricted, and must not be empty (see `allowNobody`). */
    allowedUserGroupIds: {
      schema: setOf(anyText),
      optional: true,
      drift: {
        entry: "group",
        groups: true,
        added: "was put on the list of those who may log in",
        removed: "was taken off the list of those who may log in",
        // Pocket ID empties the list of a client that is made unrestricted: that isn't a second edit.
        explainedBy: "restricted",
      },
    },
    /**
     * `exact`: these groups and no others. `include`: these groups; others are left alone, such as those of another stack that
     * shares the client. @default "exact"
     */
    allowedUserGroupsMode: listMode,
    /** Allows a restricted client without any allowed group, with which nobody can log in. @default false */
    allowNobody: { schema: flag, default: false, compared: false },
    /**
     * What happens to properties that are left out and have no default: `keep`, Pocket ID keeps what it has; `reset`, they
     * have the value of a new client, so that any change by hand is drift. @default "keep"
     */
    omitted: { schema: choice(["keep", "reset"]), default: "keep" as const, compared: false },
    /**
     * Whether to adopt an existing client. With `clientId`, it is the client of that ID. Without, it is the one that has the
     * `defaultClientId`, or that has this name and accepts one of our callback URLs (if there are any); several matches are an
     * error. It keeps its ID and secrets. @default "never"
     */
    adopt: adoption,
    /** Whether destroy deletes the client even if it was adopted. @default false */
    deleteAdopted,
    /** True when the client existed before and was adopted; destroy then leaves it in place. */
    adopted,
    server,
  },
});

/**
 * Arguments of an {@link OidcClient}. A property that is left out, and has no default, isn't managed: Pocket ID keeps what it
 * has, unless `omitted` is `reset`.
 *
 * @interface
 */
export type OidcClientArgs = ArgsOf<typeof oidcClient>;

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
export class OidcClient extends PocketIdResource<typeof oidcClient> {
  constructor(name: string, args: OidcClientArgs, opts?: pulumi.CustomResourceOptions) {
    super(...declared(new.target, oidcClient, name, args, opts));
    const owner = `OidcClient '${name}'`;
    if (args.clientId !== undefined) {
      soleOwner(this, owner, { list: "the client", of: [args.clientId], entries: [] });
    }
    if (args.allowedUserGroupIds === undefined) return;
    soleOwner(this, owner, {
      list: ALLOWED_GROUPS,
      of: [this.id, this.clientId],
      mode: args.allowedUserGroupsMode,
      entries: args.allowedUserGroupIds,
    });
  }
}
