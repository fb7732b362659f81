import { type Args, isRecord, type Schema, type ValuesOf } from "../core/declare";
import { anyText, flag, json, type JsonValue, object, textWithout, zod } from "../core/schema";
import { callbackProblem } from "./callback-url";

/** A callback URL that some version of Pocket ID stores; whether the server's does is known at preview. */
export const callbackPattern = textWithout((url) => callbackProblem(url));

export const clientId = textWithout((id) => {
  if (id === "..") return "'..' can't be part of a URL";
  if (/^[a-zA-Z0-9._-]{2,128}$/.test(id)) return undefined;
  return "must have 2 to 128 letters, digits, dots, underscores and hyphens, and nothing else";
});

/** As Pocket ID reads URLs, with Go's net/url: stricter than the standard. */
const urlProblem = (url: string) => {
  const isRight = URL.canParse(url) && !/\p{Cc}|%(?![0-9a-f]{2})/iu.test(url);
  return isRight ? undefined : "must be an absolute URL, with %25 for a literal percent sign";
};

const absoluteUrl = textWithout(urlProblem);

/** The same; empty for none, which Pocket ID takes for a wrong URL: it is left out of a write. */
export const urlOrNone: Schema<string> = {
  ...textWithout((url) => (url === "" ? undefined : urlProblem(url))),
  read: (live) => live ?? "",
  write: (url) => (url === "" ? undefined : url),
};

/** A public key as a JSON Web Key: `kty`, `kid` and the members of its kind. Source: RFC 7517. */
export type PublicKey = Record<string, JsonValue>;

/** Members that only private and symmetric keys have. Source: RFC 7518, section 6. */
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/** A list of public keys; fields that Pocket ID adds to one don't count as a difference. */
const publicKeys: Schema<PublicKey[]> = {
  validator: () =>
    zod().array(
      zod()
        .record(zod().string(), json.validator())
        .check(({ value, issues }) => {
          const member = PRIVATE.find((name) => name in value);
          if (member === undefined) return;
          // The member's value is a secret and must not be printed.
          const message = `has '${member}', which only a private key has: give only the public key`;
          issues.push({ code: "custom", input: undefined, message });
        }),
    ),
  read(live, wanted) {
    if (!Array.isArray(live)) return undefined;
    const keys: unknown[] = Array.isArray(wanted) ? wanted : [];
    return live.map((key: unknown, index) => {
      const its = keys[index];
      if (!isRecord(key) || !isRecord(its)) return key;
      return Object.fromEntries(Object.entries(key).filter(([name]) => name in its));
    });
  },
  write: (keys, live) => {
    const before: unknown[] = Array.isArray(live) ? live : [];
    const sameKey = (key: PublicKey) => (one: unknown) => isRecord(one) && one["kid"] === key["kid"];
    return keys.map((key) => {
      const old = key["kid"] === undefined ? undefined : before.find(sameKey(key));
      return isRecord(old) && Object.keys(key).every((name) => old[name] === key[name]) ? old : key;
    });
  },
};

const identityProperties = {
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
export type FederatedIdentity = Args<typeof identityProperties>;

/**
 * A {@link FederatedIdentity} as a resource has it.
 *
 * @interface
 */
export type FederatedIdentityResult = ValuesOf<typeof identityProperties>;

export const federatedIdentity: Schema<FederatedIdentityResult, FederatedIdentity> =
  object(identityProperties);
