import { type AnswerHeaders, foreignProblem, isForeign } from "./foreign-answer";

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
  const details = "details" in body && typeof body.details === "object" ? body.details : undefined;
  const fields =
    details !== null && details !== undefined && "fields" in details ? details.fields : undefined;
  if (!Array.isArray(fields)) return sentence;
  const named = (fields as { field?: string; message?: string }[]).map(
    ({ field, message }) => `${field ?? "?"} ${message ?? "is invalid"}`,
  );
  return `${sentence} (${named.join("; ")})`;
}
