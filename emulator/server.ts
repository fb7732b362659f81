import type { IncomingMessage, ServerResponse } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { noContent, Problem, type Reply, somethingWentWrong, unreadableBody } from "./answers";
import { parseJson, read } from "./bodies";
import type { ApiKeys, RateLimiter } from "./callers";
import { claimRoutes } from "./claims";
import { discoveryRoutes } from "./discovery";
import { oidcClientRoutes } from "./oidc-clients";
import type { Settings } from "./routes";
import { userGroupRoutes } from "./user-groups";
import { userRoutes } from "./users";

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

export interface Setup extends Settings {
  keys: ApiKeys;
  limiter: RateLimiter | undefined;
  laterFields: boolean;
  requests: RecordedRequest[];
}

const routes = [...discoveryRoutes, ...userRoutes, ...userGroupRoutes, ...oidcClientRoutes, ...claimRoutes];

/** What pages of other origins may call: only what a login needs, never the management API. */
const openPaths = [
  "/api/oidc/token",
  "/api/oidc/userinfo",
  "/api/oidc/introspect",
  "/.well-known/jwks.json",
  "/.well-known/openid-configuration",
];
const corsHeaders = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Allow-Headers": "Authorization",
  "Access-Control-Allow-Methods": "GET, POST",
};

export async function respond(
  setup: Setup,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const method = request.method ?? "GET";
  const record: RecordedRequest = { method, path: url.pathname, query: url.search.slice(1), status: 0 };
  setup.requests.push(record);
  const text = await textOf(request);
  if (text !== "") record.body = parseJson(text) ?? text;
  const { status, body, headers } = replyTo(setup, request, method, url, text);
  record.status = status;
  const type = typeof body === "string" ? "text/html" : "application/json";
  response.writeHead(status, {
    "Cache-Control": "private, no-store",
    ...(body === undefined ? {} : { "Content-Type": `${type}; charset=utf-8` }),
    ...(openPaths.includes(url.pathname) ? corsHeaders : {}),
    ...headers,
  });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

function replyTo(setup: Setup, request: IncomingMessage, method: string, url: URL, text: string): Reply {
  const { pathname, searchParams: query } = url;
  if (method === "OPTIONS" && openPaths.includes(pathname)) return noContent;
  const { store, version, limiter, keys } = setup;
  const isApi = pathname.startsWith("/api/") || pathname.startsWith("/.well-known/");
  const route = routes.find(
    (each) => each.method === method && (each.only ?? version) === version && each.pattern.test(pathname),
  );
  if (!route) {
    // Everywhere else the server sends its single-page application.
    return isApi ? { status: 404, body: { error: "API endpoint not found" } } : { status: 200, body: page };
  }
  try {
    if (isApi && limiter?.allows(request.socket.remoteAddress ?? "") === false)
      throw new Problem(429, "Too many requests", "rate_limited");
    const parts = route.pattern.exec(pathname)?.groups;
    const { status, body } = route.handle({
      ...setup,
      param: (name) => decoded(parts?.[name] ?? ""),
      query,
      read: (type) => read(type, readJson(text, request.headers["content-type"], setup)),
      caller: keys.admit(request.headers["x-api-key"], route.access),
    });
    if (method !== "GET") store.save();
    return { status, body: setup.laterFields ? withLaterFields(body) : body };
  } catch (error) {
    return (error instanceof Problem ? error : somethingWentWrong()).reply(version);
  }
}

const page = "<!doctype html><title>Pocket ID</title><p>An emulator of Pocket ID: its API only, no page.";

/** A body as a later version might send it. */
function withLaterFields(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withLaterFields);
  if (typeof body !== "object" || body === null) return body;
  const fields = Object.entries(body).map(([name, value]) => [name, withLaterFields(value)] as const);
  return { ...Object.fromEntries(fields), addedLater: { since: "9.9" } };
}

function readJson(text: string, contentType: string | undefined, { version }: Setup): unknown {
  // v2.9 reads any body as JSON; v2.13 and later require the content type.
  if (version !== "2.9" && !/^application\/json\b/i.test(contentType ?? "")) throw unreadableBody();
  const value = parseJson(text);
  if (value === undefined) throw unreadableBody();
  return value;
}

/** A part of a path; one that can't be decoded names nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
