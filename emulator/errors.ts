import { randomUUID } from "node:crypto";
import type { PocketIdVersion } from "./versions";

/** One line of `details.fields` in the errors of v2.13 and later. */
export interface FieldError {
  field: string;
  code: string;
  message: string;
}

interface Wording {
  status: number;
  text: string;
}

interface CodedWording extends Wording {
  code: string;
  details?: Readonly<Record<string, unknown>>;
}

/** An error answer for both versions: status, text and code changed with v2.13. */
export class Problem extends Error {
  constructor(
    private readonly before: Wording,
    private readonly since: CodedWording,
  ) {
    super(before.text);
    this.name = "Problem";
  }

  status(version: PocketIdVersion): number {
    return (version === "2.9" ? this.before : this.since).status;
  }

  /** The JSON body, and the request ID that v2.13 and later also send as a header. */
  body(version: PocketIdVersion): { body: Record<string, unknown>; requestId?: string } {
    if (version === "2.9") return { body: { error: this.before.text } };
    const requestId = randomUUID();
    const { text, code, details } = this.since;
    return { body: { error: text, code, ...(details ? { details } : {}), request_id: requestId }, requestId };
  }
}

function same(
  status: number,
  text: string,
  code: string,
  details?: Readonly<Record<string, unknown>>,
): Problem {
  return new Problem({ status, text }, { status, text, code, ...(details ? { details } : {}) });
}

export const notSignedIn = (): Problem => same(401, "You are not signed in", "not_signed_in");

export const missingPermission = (): Problem =>
  same(403, "You don't have permission to perform this action", "forbidden");

export const userDisabled = (): Problem => same(403, "User account is disabled", "user_disabled");

export const tooManyRequests = (): Problem => same(429, "Too many requests", "rate_limited");

/** JSON of another type than expected: an internal error until v2.12. */
export const unreadableBody = (): Problem =>
  new Problem(
    { status: 500, text: "Something went wrong" },
    { status: 400, text: "Request body is invalid", code: "invalid_request_body" },
  );

/** An unexpected database error. */
export const somethingWentWrong = (): Problem => same(500, "Something went wrong", "internal_error");

export function notFound(resource: "User" | "User group" | "OIDC client" | "Client secret"): Problem {
  const text = `${resource} not found`;
  return new Problem(
    { status: 404, text: "Record not found" },
    resource === "User"
      ? { status: 404, text, code: "user_not_found" }
      : { status: 404, text, code: "not_found", details: { resource } },
  );
}

export function alreadyInUse(property: "name" | "email" | "username"): Problem {
  const text = `${property.slice(0, 1).toUpperCase()}${property.slice(1)} is already in use`;
  return new Problem(
    { status: 400, text },
    { status: 409, text, code: "already_in_use", details: { property } },
  );
}

export const clientIdAlreadyExists = (): Problem =>
  new Problem(
    { status: 400, text: "Client ID already in use" },
    { status: 409, text: "Client ID is already in use", code: "client_id_already_exists" },
  );

export const userEmailNotSet = (): Problem =>
  new Problem(
    { status: 400, text: "The user does not have an email address set" },
    {
      status: 400,
      text: "Email is required",
      code: "validation_failed",
      details: { fields: [{ field: "email", code: "required", message: "is required" }] },
    },
  );

export function duplicateClaim(key: string): Problem {
  const fields = [{ field: "key", code: "duplicate", message: "is listed more than once" }];
  return same(400, `Claim ${key} is already defined`, "duplicate_claim", { key, fields });
}

export function reservedClaim(key: string): Problem {
  const fields = [{ field: "key", code: "reserved", message: "is reserved" }];
  return same(400, `Claim ${key} is reserved and can't be used`, "reserved_claim", { key, fields });
}

export const ldapUserGroup = (): Problem =>
  same(403, "LDAP user groups can't be updated", "ldap_user_group_update");

export const accessDenied = (): Problem =>
  same(403, "You're not allowed to access this service", "oidc_access_denied");

export const invalidRequest = (text: string): Problem => same(400, text, "validation_failed");

export const scopesRequired = (): Problem =>
  same(400, "Scopes are required", "validation_failed", {
    fields: [{ field: "scopes", code: "required", message: "is required" }],
  });
