import { isCallbackUrl } from "@ocis-pocket-id/providers/callback-url";
import { Fields } from "./fields";
import type { FederatedIdentity, OidcClient } from "./store";
import { Validation } from "./validation";
import { type PocketIdVersion, asStored, releaseOf } from "./versions";

/** The fields of a client that a PUT replaces: all but those that the server sets. */
export type ClientInput = Omit<OidcClient, "id" | "createdAt" | "secrets">;

const defaultAccessTokenMinutes = 60;
const defaultRefreshTokenMinutes = 43_200;
const maxTokenMinutes = 525_600;

/** Reads and checks the body of a POST or PUT. Omitted fields get their defaults. */
export function readClient(
  body: unknown,
  version: PocketIdVersion,
  withId: boolean,
): ClientInput & { id: string } {
  const fields = new Fields(body);
  const recent = version !== "2.9";
  const isPublic = fields.flag("isPublic");
  const input = {
    id: withId ? fields.text("id") : "",
    name: fields.text("name"),
    description: recent ? fields.text("description") : "",
    callbackURLs: fields.texts("callbackURLs") ?? [],
    logoutCallbackURLs: fields.texts("logoutCallbackURLs") ?? [],
    isPublic,
    // A public client has no secret, so it must use PKCE. It can't authenticate a pushed request, either: v2.9 drops the field;
    // newer versions store it, and then nobody can log in.
    pkceEnabled: fields.flag("pkceEnabled") || isPublic,
    requiresPushedAuthorizationRequests:
      fields.flag("requiresPushedAuthorizationRequests") && (recent || !isPublic),
    requiresReauthentication: fields.flag("requiresReauthentication"),
    skipConsent: recent && fields.flag("skipConsent"),
    isGroupRestricted: fields.flag("isGroupRestricted"),
    launchURL: fields.optionalText("launchURL"),
    federatedIdentities: readIdentities(fields, recent),
    accessTokenDurationMinutes: recent ? fields.whole("accessTokenDurationMinutes") : 0,
    refreshTokenDurationMinutes: recent ? fields.whole("refreshTokenDurationMinutes") : 0,
  };
  validate(input, version);
  return {
    ...input,
    name: asStored(input.name, version),
    description: asStored(input.description, version),
    accessTokenDurationMinutes: input.accessTokenDurationMinutes || defaultAccessTokenMinutes,
    refreshTokenDurationMinutes: input.refreshTokenDurationMinutes || defaultRefreshTokenMinutes,
  };
}

function readIdentities(fields: Fields, recent: boolean): FederatedIdentity[] {
  return fields
    .object("credentials")
    .objects("federatedIdentities")
    .map((identity) => ({
      issuer: identity.text("issuer"),
      subject: identity.text("subject"),
      audience: identity.text("audience"),
      jwks: identity.text("jwks"),
      replayProtection: recent && identity.flag("replayProtection"),
    }));
}

/** In the order of Pocket ID's reports. */
function validate(input: ClientInput & { id: string }, version: PocketIdVersion): void {
  const validation = new Validation()
    .text("Name", "name", input.name, { required: true, max: 50 })
    .text("Description", "description", input.description, { max: 150 });
  for (const [goName, name] of [
    ["CallbackURLs", "callbackURLs"],
    ["LogoutCallbackURLs", "logoutCallbackURLs"],
  ] as const) {
    for (const [index, url] of input[name].entries()) {
      if (isCallbackUrl(url, releaseOf[version])) continue;
      validation.fail(`${goName}[${index}]`, `${name}[${index}]`, "callback_url_pattern", "is invalid");
    }
  }
  if (input.launchURL !== null && !isAbsoluteUrl(input.launchURL)) {
    validation.fail("LaunchURL", "launchURL", "invalid_format", "must be a valid URL");
  }
  for (const name of ["accessTokenDurationMinutes", "refreshTokenDurationMinutes"] as const) {
    if (input[name] !== 0 && (input[name] < 1 || input[name] > maxTokenMinutes)) {
      validation.fail(name, name, "token_duration", "is invalid");
    }
  }
  if (input.id !== "") {
    const pattern = /^[a-zA-Z0-9._-]+$/;
    validation.text("ID", "id", input.id, { pattern, code: "client_id", min: 2, max: 128 });
  }
  validation.done();
}

/** A scheme and something after it, with a valid host. */
function isAbsoluteUrl(text: string): boolean {
  const [, beforeFragment = "", fragment = ""] = /^([^#]*)(?:#(.*))?$/s.exec(text) ?? [];
  if (/[^\P{Cc}\u0080-\u009f]/u.test(beforeFragment)) return false;
  // The server doesn't decode a query when it reads it.
  if ([beforeFragment.replace(/\?.*/s, ""), fragment].some((part) => /%(?![0-9a-f]{2})/i.test(part)))
    return false;
  const [, rest = ""] = /^[a-z][a-z0-9+.-]*:(.*)$/is.exec(text) ?? [];
  if (!rest.startsWith("//")) return /^[^/?#]|#./.test(rest);
  if (/^file:\/\/\/./i.test(text)) return true;
  const host = /^\/\/([^/?#]*)/.exec(rest)?.[1] ?? "";
  return /^(?:\[[^\]]*\]|[^\s[\]<>"]+)(?::\d*)?$/.test(host) || (host === "" && /#./.test(rest));
}
