import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { text as textOf } from "node:stream/consumers";
import type { ApiKeys } from "./api-keys";
import { claimsPreviewRoutes } from "./claims-preview";
import { clientSecretRoutes } from "./client-secrets";
import { customClaimRoutes } from "./custom-claims";
import { discoveryRoutes, isOpenToOtherOrigins } from "./discovery";
import { Problem, somethingWentWrong, tooManyRequests, unreadableBody } from "./errors";
import { oidcClientRoutes } from "./oidc-clients";
import { type RateLimiter, retryAfter } from "./rate-limiter";
import { type Call, type Match, matchRoute } from "./routes";
import type { Store } from "./store";
import { userGroupRoutes } from "./user-groups";
import { userRoutes } from "./users";
import type { PocketIdVersion } from "./versions";

/** A recorded call, without the API key. */
export interface RecordedRequest {
  method: string;
  /** Without the query. */
  path: string;
  /** As it was sent, without the question mark. */
  query: string;
  /** 0 until the answer. */
  status: number;
  /** The JSON that was sent, or its text if it isn't JSON. */
  body?: unknown;
}

export interface Setup {
  store: Store;
  version: PocketIdVersion;
  issuer: () => string;
  keys: ApiKeys;
  limiter: RateLimiter | undefined;
  ldapEnabled: boolean;
  laterFields: boolean;
  requests: RecordedRequest[];
}

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const routes = [
  ...discoveryRoutes,
  ...userRoutes,
  ...userGroupRoutes,
  ...customClaimRoutes,
  ...oidcClientRoutes,
  ...clientSecretRoutes,
  ...claimsPreviewRoutes,
];

export function createPocketIdServer(setup: Setup): Server {
  return createServer((request, response) => {
    void respond(setup, request, response);
  });
}

async function respond(setup: Setup, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const method = request.method ?? "GET";
  const record: RecordedRequest = { method, path: url.pathname, query: url.search.slice(1), status: 0 };
  setup.requests.push(record);
  const text = await textOf(request);
  if (text !== "") record.body = parseJson(text) ?? text;
  const answer = answerTo(setup, request, method, url, text);
  record.status = answer.status;
  const cors = isOpenToOtherOrigins(url.pathname)
    ? {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Headers": "Authorization",
        "Access-Control-Allow-Methods": "GET, POST",
      }
    : {};
  response.writeHead(answer.status, { "Cache-Control": "private, no-store", ...cors, ...answer.headers });
  response.end(answer.body);
}

function answerTo(setup: Setup, request: IncomingMessage, method: string, url: URL, text: string): Answer {
  if (method === "OPTIONS" && isOpenToOtherOrigins(url.pathname))
    return { status: 204, headers: {}, body: "" };
  const match = matchRoute(routes, setup.version, method, url.pathname);
  if (!match) return unknownRoute(url.pathname);
  try {
    const limited = url.pathname.startsWith("/api/") || url.pathname.startsWith("/.well-known/");
    const address = request.socket.remoteAddress ?? "";
    if (limited && setup.limiter?.allows(address) === false) throw tooManyRequests();
    const reply = match.route.handle(callOf(setup, request, match, url, text));
    if (method !== "GET") setup.store.save();
    return reply.body === undefined
      ? { status: reply.status, headers: {}, body: "" }
      : json(reply.status, setup.laterFields ? withLaterFields(reply.body) : reply.body);
  } catch (error) {
    return refusal(error, setup.version);
  }
}

function callOf(setup: Setup, request: IncomingMessage, match: Match, url: URL, text: string): Call {
  const key = request.headers["x-api-key"];
  return {
    store: setup.store,
    version: setup.version,
    issuer: setup.issuer(),
    param: (name) => match.params.get(name) ?? "",
    query: url.searchParams,
    json: () => readJson(text, request.headers["content-type"], setup.version),
    caller: setup.keys.admit(typeof key === "string" ? key : undefined, match.route.access),
    ldapEnabled: setup.ldapEnabled,
  };
}

/** Below `/api` an unknown path is an error; everywhere else the server sends its single-page application. */
function unknownRoute(pathname: string): Answer {
  if (pathname.startsWith("/api/") || pathname.startsWith("/.well-known/")) {
    return json(404, { error: "API endpoint not found" });
  }
  return {
    status: 200,
    headers: { "Content-Type": "text/html; charset=utf-8" },
    body: "<!doctype html><title>Pocket ID</title><p>An emulator of Pocket ID: its API only, no page.",
  };
}

function refusal(error: unknown, version: PocketIdVersion): Answer {
  const problem = error instanceof Problem ? error : somethingWentWrong();
  const { body, requestId } = problem.body(version);
  const status = problem.status(version);
  const answer = json(status, body);
  if (requestId !== undefined) answer.headers["X-Request-Id"] = requestId;
  const wait = status === 429 ? retryAfter(version) : undefined;
  if (wait !== undefined) answer.headers["Retry-After"] = wait;
  return answer;
}

/** A body as a later version might send it. */
function withLaterFields(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withLaterFields);
  if (typeof body !== "object" || body === null) return body;
  const fields = Object.entries(body).map(([name, value]) => [name, withLaterFields(value)] as const);
  return { ...Object.fromEntries(fields), addedLater: { since: "9.9" } };
}

function json(status: number, body: unknown): Answer {
  return {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8" },
    body: JSON.stringify(body),
  };
}

function readJson(text: string, contentType: string | undefined, version: PocketIdVersion): unknown {
  // v2.9 reads any body as JSON; v2.13 and later require the content type.
  if (version !== "2.9" && !/^application\/json\b/i.test(contentType ?? "")) throw unreadableBody();
  const value = parseJson(text);
  if (value === undefined) throw unreadableBody();
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
