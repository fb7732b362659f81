import type { Store, User } from "./store";
import type { PocketIdVersion } from "./versions";

/** What a handler is given. */
export interface Call {
  store: Store;
  version: PocketIdVersion;
  /** Pocket ID's own public URL. */
  issuer: string;
  /** Values of the path's `:name` parts, in order; a handler knows how many its path has. */
  param: (name: string) => string;
  query: URLSearchParams;
  /** The body as JSON; refuses what is none. */
  json: () => unknown;
  /** The caller; only public routes have none. */
  caller: User | undefined;
  /** Whether LDAP is on: its groups are then read-only. */
  ldapEnabled: boolean;
}

/** What a handler answers; without a body nothing is sent. */
export interface Reply {
  status: number;
  body?: unknown;
}

/** One call of the REST API. */
export interface Route {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** With `:name` for a part that varies. */
  path: string;
  access: "public" | "user" | "admin";
  /** The versions that have it; absent means all. */
  only?: PocketIdVersion;
  handle: (call: Call) => Reply;
}

/** A route and the values of its path's varying parts. */
export interface Match {
  route: Route;
  params: ReadonlyMap<string, string>;
}

/** Finds the route of a call; a fixed part wins over a varying one, as `/users/me` over `/users/:id`. */
export function matchRoute(
  routes: readonly Route[],
  version: PocketIdVersion,
  method: string,
  pathname: string,
): Match | undefined {
  const matches = routes
    .filter((route) => route.method === method && (route.only ?? version) === version)
    .flatMap((route) => {
      const params = paramsOf(route.path, pathname);
      return params ? [{ route, params }] : [];
    });
  return matches.sort((a, b) => a.params.size - b.params.size)[0];
}

function paramsOf(pattern: string, pathname: string): Map<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = pathname.split("/");
  if (wanted.length !== given.length) return undefined;
  const params = new Map<string, string>();
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith(":")) {
      if (value === "") return undefined;
      params.set(part.slice(1), decode(value));
    } else if (part !== value) {
      return undefined;
    }
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
