import { randomUUID } from "node:crypto";

/** The versions of Pocket ID whose behaviour can be chosen. */
export type PocketIdVersion = "2.9" | "2.14";

/** An answer: a text is a page, and any other body JSON. */
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const created = (body: unknown): Reply => ({ status: 201, body });
export const noContent: Reply = { status: 204 };

/** One line of `details.fields` in the errors of v2.13 and later. */
export interface FieldError {
  field: string;
  code: string;
  message: string;
}

interface ProblemOptions {
  details?: Readonly<Record<string, unknown>>;
  /** What v2.9 answers instead. */
  before?: { status?: number; text?: string };
}

/** An error answer for both versions: status, text and code changed with v2.13. */
export class Problem extends Error {
  constructor(
    private readonly status: number,
    text: string,
    private readonly code: string,
    private readonly options: ProblemOptions = {},
  ) {
    super(text);
    this.name = "Problem";
  }

  reply(version: PocketIdVersion): Reply {
    const { status, message: text, code, options } = this;
    const { details, before } = options;
    if (version === "2.9") return { status: before?.status ?? status, body: { error: before?.text ?? text } };
    const requestId = randomUUID();
    return {
      status,
      body: { error: text, code, details, request_id: requestId },
      headers: { "X-Request-Id": requestId, ...(status === 429 ? { "Retry-After": "1" } : {}) },
    };
  }
}

/** JSON of another type than expected: an internal error until v2.12. */
export const unreadableBody = (): Problem =>
  new Problem(400, "Request body is invalid", "invalid_request_body", {
    before: { status: 500, text: "Something went wrong" },
  });

/** An unexpected database error. */
export const somethingWentWrong = (): Problem => new Problem(500, "Something went wrong", "internal_error");

/** A body that breaks rules. */
export function invalid(fields: readonly FieldError[], text: string, textBefore = text): Problem {
  return new Problem(400, text, "validation_failed", { details: { fields }, before: { text: textBefore } });
}

/** Refuses values that another row has. */
export function refuseTaken<Property extends string>(
  rows: readonly ({ id: string } & Record<Property, string | null>)[],
  input: Record<Property, string | null>,
  properties: readonly Property[],
  ownId?: string,
): void {
  const others = rows.filter(({ id }) => id !== ownId);
  for (const property of properties) {
    if (!others.some((row) => row[property] === input[property])) continue;
    const text = `${capitalised(property)} is already in use`;
    throw new Problem(409, text, "already_in_use", { details: { property }, before: { status: 400 } });
  }
}

export function notFound(resource: "User" | "User group" | "OIDC client" | "Client secret"): Problem {
  const before = { text: "Record not found" };
  return resource === "User"
    ? new Problem(404, "User not found", "user_not_found", { before })
    : new Problem(404, `${resource} not found`, "not_found", { details: { resource }, before });
}

/** The row with an ID. */
export function find<Row extends { id: string }>(
  rows: readonly Row[],
  id: string,
  resource: Parameters<typeof notFound>[0],
): Row {
  const row = rows.find((each) => each.id === id);
  if (!row) throw notFound(resource);
  return row;
}

export const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
