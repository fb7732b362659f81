import type { Problem } from "./errors";
import type { Store, User } from "./store";
import type { PocketIdVersion } from "./versions";

/** What a handler gets. */
export interface Call {
  store: Store;
  version: PocketIdVersion;
  /** Pocket ID's own public URL. */
  issuer: string;
  /** The value of a `:name` part of the path. */
  param: (name: string) => string;
  query: URLSearchParams;
  /** The body as JSON, or a problem if it isn't JSON. */
  json: () => unknown;
  /** The caller; only public routes have none. */
  caller: User | undefined;
  /** Whether LDAP is on: its groups are then read-only. */
  ldapEnabled: boolean;
}

/** A handler's answer, with or without a body. */
export interface Reply {
  status: number;
  body?: unknown;
}

export const ok = (body: unknown): Reply => ({ status: 200, body });
export const created = (body: unknown): Reply => ({ status: 201, body });
export const noContent: Reply = { status: 204 };

type Access = "public" | "user" | "admin";

/** One call of the REST API. */
export interface Route {
  method: string;
  pattern: RegExp;
  access: Access;
  /** The only version that has it; undefined if all have. */
  only: PocketIdVersion | undefined;
  handle: (call: Call) => Reply;
}

/** @param call for instance `GET /api/users/:id`, with `:name` for a part that varies */
export function route(
  call: string,
  handle: (call: Call) => Reply,
  { access = "admin", only }: { access?: Access; only?: PocketIdVersion } = {},
): Route {
  const [method = "", path = ""] = call.split(" ");
  const source = path.replaceAll(".", "\\.").replace(/:(\w+)/g, "(?<$1>[^/]+)");
  return { method, pattern: new RegExp(`^${source}$`), access, only, handle };
}

/** A route and the values of its path's varying parts. */
export interface Match {
  route: Route;
  params: ReadonlyMap<string, string>;
}

/** Finds the route of a call. Fixed parts take precedence, so `/users/me` wins over `/users/:id`. */
export function matchRoute(
  routes: readonly Route[],
  version: PocketIdVersion,
  method: string,
  pathname: string,
): Match | undefined {
  const matches = routes
    .filter((candidate) => candidate.method === method && (candidate.only ?? version) === version)
    .flatMap((candidate) => {
      const match = candidate.pattern.exec(pathname);
      if (match === null) return [];
      const params = Object.entries(match.groups ?? {}).map(
        ([name, value]) => [name, decode(value)] as const,
      );
      return { route: candidate, params: new Map(params) };
    });
  return matches.sort((a, b) => a.params.size - b.params.size)[0];
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The row with an ID. */
export function find<Row extends { id: string }>(
  rows: readonly Row[],
  id: string,
  missing: () => Problem,
): Row {
  const row = rows.find((each) => each.id === id);
  if (!row) throw missing();
  return row;
}
