import type { z } from "zod";
import type { PocketIdVersion, Reply } from "./answers";
import type { Store, User } from "./store";

/** What all calls share. */
export interface Settings {
  store: Store;
  version: PocketIdVersion;
  /** Pocket ID's own public URL. */
  issuer: string;
  /** Whether LDAP is on: its groups are then read-only. */
  ldapEnabled: boolean;
}

/** What a handler gets. */
export interface Call extends Settings {
  /** The value of a `:name` part of the path. */
  param: (name: string) => string;
  query: URLSearchParams;
  /** The body, or a problem. */
  read: <Output>(type: z.ZodType<Output>) => Output;
  /** The caller; only public routes have none. */
  caller: User | undefined;
}

/** One call of the REST API. */
export interface Route {
  method: string;
  pattern: RegExp;
  access: "public" | "user" | "admin";
  /** The only version that has it; undefined if all have. */
  only: PocketIdVersion | undefined;
  handle: (call: Call) => Reply;
}

/** @param call for instance `GET /api/users/:id`, with `:name` for a part that varies */
export function route(
  call: string,
  handle: (call: Call) => Reply,
  { access = "admin", only }: Partial<Pick<Route, "access" | "only">> = {},
): Route {
  const [method = "", path = ""] = call.split(" ");
  const source = path.replaceAll(".", "\\.").replace(/:(\w+)/g, "(?<$1>[^/]+)");
  return { method, pattern: new RegExp(`^${source}$`), access, only, handle };
}
