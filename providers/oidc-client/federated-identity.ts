import type { Args, Schema, ValuesOf } from "../core/property";
import { anyText, flag, object } from "../core/schema";
import { absoluteUrl } from "./formats";
import { publicKeys } from "./public-keys";

const properties = {
  /** Issuer of the tokens, an absolute URL. */
  issuer: { schema: absoluteUrl },
  /** The `sub` that they must have. @default the client ID */
  subject: { schema: anyText, optional: true },
  /** The `aud` that they must have. @default Pocket ID's URL */
  audience: { schema: anyText, optional: true },
  /** Where the issuer's keys are. @default the issuer's /.well-known/jwks.json */
  jwks: { schema: absoluteUrl, optional: true },
  /**
   * The issuer's public keys themselves, in place of `jwks`, as JSON Web Keys (RFC 7517). Pocket ID 2.15 and later; not tried.
   * @default what Pocket ID has
   */
  publicKeys: { schema: publicKeys, optional: true, kept: true, since: "2.15" },
  /** Whether each token counts only once. Pocket ID 2.10 and later. @default what Pocket ID has */
  replayProtection: { schema: flag, optional: true, kept: true, since: "2.10" },
} as const;

/**
 * Another issuer's tokens that may stand in for a client secret. Source: RFC 7523.
 *
 * @interface
 */
export type FederatedIdentity = Args<typeof properties>;

/**
 * A {@link FederatedIdentity} as a resource has it.
 *
 * @interface
 */
export type FederatedIdentityResult = ValuesOf<typeof properties>;

export const federatedIdentity: Schema<FederatedIdentityResult, FederatedIdentity> = object(properties);
