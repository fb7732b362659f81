import type { Args, ValuesOf } from "../core/declare";
import { anyText, object, type Schema } from "../core/schema";
import { absoluteUrl } from "./formats";

const properties = {
  /** Issuer of the tokens, an absolute URL. */
  issuer: { schema: absoluteUrl },
  /** The `sub` that they must have. @default the client ID */
  subject: { schema: anyText, optional: true },
  /** The `aud` that they must have. @default Pocket ID's URL */
  audience: { schema: anyText, optional: true },
  /** Where the issuer's keys are. @default the issuer's /.well-known/jwks.json */
  jwks: { schema: absoluteUrl, optional: true },
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
