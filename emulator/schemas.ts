import { isCallbackUrl } from "@ocis-pocket-id/providers/callback-url";
import { z } from "zod";
import type { PocketIdVersion } from "./answers";
import { broken, flag, list, object, optionalText, ruled, text, whole } from "./bodies";

/** The answer of `GET /api/version/current`. */
export const releaseOf: Readonly<Record<PocketIdVersion, string>> = { "2.9": "2.9.0", "2.14": "2.14.0" };

/** Names, keys and values are stored in Unicode's normal form C; v2.9 tries this in vain. */
export const asStored = (version: PocketIdVersion) => (value: string) =>
  version === "2.9" ? value : value.normalize("NFC");

/** Schemas take longer to make than to use: each is made once. */
function madeOnce<Schema>(make: (version: PocketIdVersion) => Schema): (version: PocketIdVersion) => Schema {
  const made = new Map<PocketIdVersion, Schema>();
  return (version) => {
    const schema = made.get(version) ?? make(version);
    made.set(version, schema);
    return schema;
  };
}

/** The body of a user's POST or PUT; omitted fields get their defaults. */
export const userBody = madeOnce((version) => {
  const stored = text.transform(asStored(version));
  const username = {
    required: true,
    pattern: /^[a-zA-Z0-9]([a-zA-Z0-9_.@-]*[a-zA-Z0-9])?$/,
    code: "invalid_format",
    message:
      "must only contain letters, numbers, underscores, dots, hyphens, and '@' symbols " +
      "and not start or end with a special character",
    max: 50,
  };
  const isEmail = (email: string | null) => email === null || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);
  return object({
    username: ruled(username, stored),
    email: optionalText.refine(isEmail, broken("invalid_format", "must be a valid email address")),
    emailVerified: flag,
    firstName: ruled({ max: 50 }, stored),
    lastName: ruled({ max: 50 }, stored),
    displayName: ruled({ max: 100 }, stored),
    isAdmin: flag,
    locale: optionalText,
    disabled: flag,
  });
});

/** The body of a user group's POST or PUT. */
export const groupBody = madeOnce((version) => {
  const name = (max: number) => ruled({ required: true, min: 2, max }).transform(asStored(version));
  return object({ friendlyName: name(50), name: name(255) });
});

/** The body of a client's POST: all fields but those that the server sets. */
export const newClientBody = madeOnce((version) => bodyOfClient(version, true));

/** The body of a client's PUT, which ignores the ID. */
export const clientBody = madeOnce((version) => bodyOfClient(version, false));

function bodyOfClient(version: PocketIdVersion, withId: boolean) {
  const recent = version !== "2.9";
  /** A field that v2.9 doesn't have. */
  const newer = <Value>(type: z.ZodType<Value>, empty: Value) => (recent ? type : ignored(empty));
  const urls = list(
    text.refine(
      (url) => isCallbackUrl(url, releaseOf[version]),
      broken("callback_url_pattern", "is invalid"),
    ),
  );
  const identity = object({
    issuer: text,
    subject: text,
    audience: text,
    jwks: text,
    replayProtection: newer(flag, false),
  });
  const id = ruled({ pattern: /^[a-zA-Z0-9._-]+$/, code: "client_id", min: 2, max: 128, goName: "ID" });
  return object({
    name: ruled({ required: true, max: 50 }).transform(asStored(version)),
    description: newer(ruled({ max: 150 }).transform(asStored(version)), ""),
    callbackURLs: urls,
    logoutCallbackURLs: urls,
    isPublic: flag,
    pkceEnabled: flag,
    requiresPushedAuthorizationRequests: flag,
    requiresReauthentication: flag,
    skipConsent: newer(flag, false),
    isGroupRestricted: flag,
    launchURL: optionalText.refine(
      (url) => url === null || isAbsoluteUrl(url),
      broken("invalid_format", "must be a valid URL"),
    ),
    credentials: object({ federatedIdentities: list(identity) }),
    accessTokenDurationMinutes: newer(minutes(60), 60),
    refreshTokenDurationMinutes: newer(minutes(43_200), 43_200),
    id: withId ? id : ignored(""),
  }).transform(({ credentials, ...client }) => ({
    ...client,
    ...credentials,
    // A public client has no secret, so it must use PKCE. It can't authenticate a pushed request, either: v2.9 drops the field;
    // newer versions store it, and then nobody can log in.
    pkceEnabled: client.pkceEnabled || client.isPublic,
    requiresPushedAuthorizationRequests:
      client.requiresPushedAuthorizationRequests && (recent || !client.isPublic),
  }));
}

const ignored = <Value>(empty: Value) =>
  z
    .unknown()
    .optional()
    .transform(() => empty);

/** The duration of a token; 0 is the default. */
const minutes = (preset: number) =>
  whole
    .refine((value) => value >= 0 && value <= 525_600, broken("token_duration", "is invalid"))
    .transform((value) => value || preset);

/** A scheme and something after it, with a valid host. */
function isAbsoluteUrl(url: string): boolean {
  const [, beforeFragment = "", fragment = ""] = /^([^#]*)(?:#(.*))?$/s.exec(url) ?? [];
  if (/[^\P{Cc}\u0080-\u009f]/u.test(beforeFragment)) return false;
  // The server doesn't decode a query when it reads it.
  if ([beforeFragment.replace(/\?.*/s, ""), fragment].some((part) => /%(?![0-9a-f]{2})/i.test(part)))
    return false;
  const [, rest = ""] = /^[a-z][a-z0-9+.-]*:(.*)$/is.exec(url) ?? [];
  if (!rest.startsWith("//")) return /^[^/?#]|#./.test(rest);
  if (/^file:\/\/\/./i.test(url)) return true;
  const host = /^\/\/([^/?#]*)/.exec(rest)?.[1] ?? "";
  return /^(?:\[[^\]]*\]|[^\s[\]<>"]+)(?::\d*)?$/.test(host) || (host === "" && /#./.test(rest));
}
