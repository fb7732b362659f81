import { isAtLeast } from "../../providers/pocket-id/server-version";
import { oidcClient } from "../../providers/oidc-client/declaration";
import type { Property } from "../../providers/core/declare";

/** A writable field of a client, and the value that somebody sets by hand. */
export interface HandEdit {
  /** The property. */
  readonly name: string;
  /** The field of the API at the top level of the client. */
  readonly field: string;
  /** A value that no client of ours has. */
  readonly value: unknown;
}

/** Values for fields of which any other value would do. */
const BY_HAND: Readonly<Record<string, unknown>> = {
  name: "by hand",
  description: "by hand",
  callbackUrls: ["https://elsewhere.example/callback"],
  logoutCallbackUrls: ["https://elsewhere.example/logout"],
  launchUrl: "https://elsewhere.example/",
  backchannelLogoutUrl: "https://elsewhere.example/logged-out",
  accessTokenDurationMinutes: 7,
  refreshTokenDurationMinutes: 77,
  federatedIdentities: { federatedIdentities: [{ issuer: "https://elsewhere.example" }] },
};

/**
 * Every field of a client that a server of this version takes in an update, from the declaration, with another value than it
 * has now.
 */
export function clientEdits(version: string, live: Readonly<Record<string, unknown>>): HandEdit[] {
  const writable = Object.entries<Property>(oidcClient.properties).filter(
    ([, { wire, replaces, since = "0" }]) =>
      wire !== undefined && replaces !== true && isAtLeast(version, since),
  );
  return writable.flatMap(([name, { wire = "" }]) => {
    const [field = ""] = wire.split(".");
    const value = name in BY_HAND ? BY_HAND[name] : !(live[field] as boolean);
    return live["isPublic"] === true && isFixed(name, version) ? [] : [{ name, field, value }];
  });
}

/** A public client has PKCE, whatever is written; and before 2.10 no pushed authorization requests. */
const isFixed = (name: string, version: string) =>
  name === "pkceEnabled" || (name === "requiresPushedAuthorizationRequests" && !isAtLeast(version, "2.10"));
