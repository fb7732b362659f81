/** The request that failed; part of every message. */
export interface Request {
  readonly method: string;
  readonly url: string;
}

/** Pocket ID couldn't be reached, or refused. The message has method, URL and status, never a key. */
export class PocketIdError extends Error {
  constructor(
    readonly request: Request,
    problem: string,
    /** HTTP status; undefined without an answer. */
    readonly status?: number,
  ) {
    super(`${request.method} ${request.url}: ${problem}`);
    this.name = new.target.name;
  }
}

/** Advice after a failure that passes by itself; added to the message. */
const AGAIN = "Run the command again when Pocket ID answers: it continues where it stopped";

/** No answer: not reachable, cut off, or too slow. */
export class NoAnswerError extends PocketIdError {
  readonly advice = AGAIN;

  constructor(
    request: Request,
    problem: string,
    /** False when the request certainly never arrived (connection refused, unknown host). */
    readonly mayHaveActed: boolean,
  ) {
    super(request, problem);
  }
}

/** 401: the key is wrong, expired or deleted. */
export class AuthenticationError extends PocketIdError {}
/** 403: the key's owner may not do this. */
export class ForbiddenError extends PocketIdError {}
/** 404. */
export class NotFoundError extends PocketIdError {}
/** 409, or 400 "already in use" before Pocket ID 2.13. */
export class AlreadyInUseError extends PocketIdError {}
/** 400: Pocket ID refuses a value. */
export class InvalidError extends PocketIdError {}
/** 429, for longer than we wait. */
export class RateLimitedError extends PocketIdError {}
/** 5xx: the server failed, and may have done what was asked. */
export class ServerError extends PocketIdError {
  readonly advice = AGAIN;
}
/** An answer that isn't Pocket ID's: a redirect, a web page, another shape. */
export class UnexpectedAnswerError extends PocketIdError {}

/** An answer of something in front of Pocket ID: a login page, a challenge, a firewall. */
export class ForeignAnswerError extends UnexpectedAnswerError {}

/** The connection is configured wrongly, or not at all. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** The error for an answer with this status, with Pocket ID's own message if there is one. */
export function errorForStatus(
  request: Request,
  status: number,
  body: unknown,
  headers: AnswerHeaders,
): PocketIdError {
  if (status !== 429 && isForeign(status, headers, body)) {
    const problem = foreignProblem(status, headers);
    // A proxy's own page while the server is away: the request may have been carried out.
    return status >= 500
      ? new ServerError(request, problem, status)
      : new ForeignAnswerError(request, problem, status);
  }
  const sentence = sentenceOf(body);
  const problem = `HTTP ${status}${sentence === undefined ? "" : `, ${sentence}`}`;
  if (status === 401) return new AuthenticationError(request, `${problem}. ${KEY_HINT}`, status);
  if (status === 403) return new ForbiddenError(request, problem, status);
  if (status === 404) return new NotFoundError(request, problem, status);
  if (status === 409 || (status === 400 && /already in use/i.test(sentence ?? ""))) {
    return new AlreadyInUseError(request, problem, status);
  }
  if (status === 400 || status === 422) return new InvalidError(request, problem, status);
  if (status === 429) return new RateLimitedError(request, problem, status);
  if (status >= 500) return new ServerError(request, problem, status);
  return new UnexpectedAnswerError(request, `${problem}. Is this the address of Pocket ID?`, status);
}

const KEY_HINT =
  "The API key is wrong, expired or deleted: create one in Pocket ID under API Keys, run " +
  "`pulumi config set --secret pocketid:apiKey`, then `pulumi up` (or add --run-program to refresh and destroy, " +
  "which otherwise still use the key of the last up)";

/** Pocket ID's sentence: `{"error": "..."}`, with the fields it names since 2.13. */
function sentenceOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !("error" in body)) return undefined;
  const sentence = String(body.error);
  const { details } = body as { details?: { fields?: { field?: string; message?: string }[] } | null };
  if (!Array.isArray(details?.fields)) return sentence;
  const named = details.fields.map(({ field, message }) => `${field ?? "?"} ${message ?? "is invalid"}`);
  return `${sentence} (${named.join("; ")})`;
}

/** Headers of an answer, by lower-case name. */
export type AnswerHeaders = Readonly<Record<string, unknown>>;

/** Headers that identify the sender, most specific first. */
const SENDER_HEADERS = [
  "location",
  "www-authenticate",
  "cf-mitigated",
  "cf-ray",
  "server",
  "via",
  "x-powered-by",
] as const;

/** Characters of a header that are shown. */
const SHOWN = 80;

/** The headers that identify the sender of an answer: `server: cloudflare, cf-ray: 8c1…`; undefined when there are none. */
export function senderOf(headers: AnswerHeaders): string | undefined {
  const found = SENDER_HEADERS.flatMap((name) => {
    const value = headers[name];
    const text = Array.isArray(value) ? value.join(", ") : value;
    return typeof text === "string" && text !== "" ? [`${name}: ${readable(name, text)}`] : [];
  });
  return found.length === 0 ? undefined : found.join(", ");
}

/** A query, or what follows the scheme's name and realm, may hold a token. */
function readable(name: string, text: string): string {
  const safe = name === "location" ? text.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//") : text;
  const shown = name === "www-authenticate" ? safe.replace(/^(\S+(?:\s+realm="[^"]*")?).*$/s, "$1") : safe;
  const printable = shown.replace(/[^\x20-\x7e]/g, "?");
  return printable.length > SHOWN ? `${printable.slice(0, SHOWN)}…` : printable;
}

/**
 * Whether a failed answer comes from something in front of Pocket ID: a login page, a challenge, a firewall.
 * Pocket ID explains each refusal in JSON (`{"error": …}`), never asks for a login by header, and never redirects its API. Its
 * 404 of an unknown path is plain text.
 *
 * @param body the answer as JSON; undefined if it isn't JSON
 */
function isForeign(status: number, headers: AnswerHeaders, body: unknown): boolean {
  // From 520 to 530: Cloudflare's.
  if ((status >= 300 && status < 400) || (status >= 520 && status <= 530)) return true;
  if (isWebPage(headers)) return true;
  if (status !== 401 && status !== 403) return false;
  const isExplained = typeof body === "object" && body !== null && "error" in body;
  return !isExplained || headers["www-authenticate"] !== undefined;
}

/** Whether an answer is a web page, which no part of Pocket ID's API is. */
export function isWebPage(headers: AnswerHeaders): boolean {
  return /^\s*text\/html\b/i.test(String(headers["content-type"]));
}

/** The problem with an answer that isn't Pocket ID's, and the fix. */
export function foreignProblem(status: number, headers: AnswerHeaders): string {
  const sender = senderOf(headers) ?? "no header names the sender";
  return (
    `HTTP ${status}, but the answer isn't Pocket ID's (${sender}). Is this the address of Pocket ID? If a proxy, firewall or ` +
    "login page is in front of it, exclude /api there, or set pocketid:url to a direct address"
  );
}

/** When a request is repeated, as data. */
export const RETRY = {
  /** Waits before a repeat after a connection error or 502 to 504. */
  waitsMs: [250, 1_000, 3_000],
  /** Statuses of a server, or a proxy in front of it, that is unavailable for a moment. */
  statuses: [502, 503, 504] as readonly number[],
  /** A 429 is repeated until this long after the first try. */
  rateLimitMs: 30 * 60_000,
} as const;

/** Methods that can be repeated safely. A POST that may have succeeded is looked up instead. */
const IDEMPOTENT: readonly string[] = ["GET", "PUT", "DELETE"];

/**
 * How long to wait before the request is made again, or undefined if it isn't.
 *
 * @param repeats how often it was repeated already, without refusals by the rate limiter.
 */
export function waitBeforeRepeat(error: unknown, method: string, repeats: number): number | undefined {
  const wait = RETRY.waitsMs[repeats];
  if (error instanceof NoAnswerError && (IDEMPOTENT.includes(method) || !error.mayHaveActed)) return wait;
  if (error instanceof ServerError && IDEMPOTENT.includes(method)) {
    return RETRY.statuses.includes(error.status ?? 0) ? wait : undefined;
  }
  return undefined;
}

/** True for the error of a POST whose effect is unknown: the object must be looked up before anything else is done. */
export function mayHaveActed(error: unknown): boolean {
  if (error instanceof RateLimitedError) return false;
  // A success with a foreign body: something on the way may have replaced Pocket ID's answer.
  if (error instanceof UnexpectedAnswerError) return error.status !== undefined && error.status < 300;
  return error instanceof ServerError || (error instanceof NoAnswerError && error.mayHaveActed);
}
