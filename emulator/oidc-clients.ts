import { randomUUID } from "node:crypto";
import { readClient } from "./client-input";
import { clientIdAlreadyExists, notFound } from "./errors";
import { Fields } from "./fields";
import { paginate, searchTest } from "./paging";
import type { Call, Reply, Route } from "./routes";
import { clientMeta, clientWithoutGroups, nestedGroup } from "./shapes";
import type { OidcClient } from "./store";
import { now } from "./times";
import { requiredList } from "./validation";

export const oidcClientRoutes: Route[] = [
  { method: "GET", path: "/api/oidc/clients", access: "admin", handle: list },
  { method: "POST", path: "/api/oidc/clients", access: "admin", handle: create },
  { method: "GET", path: "/api/oidc/clients/:id", access: "admin", handle: get },
  { method: "GET", path: "/api/oidc/clients/:id/meta", access: "public", handle: meta },
  { method: "PUT", path: "/api/oidc/clients/:id", access: "admin", handle: update },
  { method: "DELETE", path: "/api/oidc/clients/:id", access: "admin", handle: remove },
  { method: "PUT", path: "/api/oidc/clients/:id/allowed-user-groups", access: "admin", handle: setGroups },
];

/** The client that the path names. */
export function findClient({ store, param }: Call): OidcClient {
  const client = store.state.clients.find((each) => each.id === param("id"));
  if (!client) throw notFound("OIDC client");
  return client;
}

function list({ store, query, version }: Call): Reply {
  const found = searchTest(query.get("search"));
  const groupCount = (client: OidcClient): number => store.groupsAllowedIn(client.id).length;
  const flags = {
    pkceEnabled: (client: OidcClient) => client.pkceEnabled,
    requiresReauthentication: (client: OidcClient) => client.requiresReauthentication,
    requiresPushedAuthorizationRequests: (client: OidcClient) => client.requiresPushedAuthorizationRequests,
    isGroupRestricted: (client: OidcClient) => client.isGroupRestricted,
  };
  const page = paginate(
    store.state.clients.filter((client) => found(client.name)),
    query,
    {
      sortable: {
        ...flags,
        name: (client) => client.name,
        createdAt: (client) => client.createdAt,
        allowedUserGroupsCount: groupCount,
      },
      filterable: flags,
    },
  );
  const data = page.data.map((client) => ({
    ...clientWithoutGroups(client, version),
    allowedUserGroupsCount: groupCount(client),
  }));
  return { status: 200, body: { ...page, data } };
}

function create(call: Call): Reply {
  const input = readClient(call.json(), call.version, true);
  const { clients } = call.store.state;
  if (clients.some((client) => client.id === input.id)) throw clientIdAlreadyExists();
  const client: OidcClient = { ...input, id: input.id || randomUUID(), createdAt: now(), secrets: [] };
  clients.push(client);
  return { status: 201, body: { ...clientWithoutGroups(client, call.version), allowedUserGroups: [] } };
}

function get(call: Call): Reply {
  return { status: 200, body: withGroups(call, findClient(call)) };
}

function meta(call: Call): Reply {
  return { status: 200, body: clientMeta(findClient(call), call.version) };
}

/** Replaces everything but the id, which a PUT cannot change, and the secrets. */
function update(call: Call): Reply {
  const input = readClient(call.json(), call.version, false);
  const client = findClient(call);
  Object.assign(client, input, { id: client.id });
  // Lifting the restriction forgets whom it let in.
  if (!input.isGroupRestricted) call.store.setGroupsAllowedIn(client.id, []);
  const shown = withGroups(call, client);
  // v2.9 answers without having read the list back; the list itself is intact.
  return { status: 200, body: call.version === "2.9" ? { ...shown, allowedUserGroups: [] } : shown };
}

function remove(call: Call): Reply {
  if (call.version !== "2.9") findClient(call);
  call.store.removeClient(call.param("id"));
  return { status: 204 };
}

function setGroups(call: Call): Reply {
  const groupIds = requiredList(
    "UserGroupIDs",
    "userGroupIds",
    new Fields(call.json()).texts("userGroupIds"),
  );
  const client = findClient(call);
  call.store.setGroupsAllowedIn(client.id, groupIds);
  return { status: 200, body: clientWithoutGroups(client, call.version) };
}

function withGroups({ store, version }: Call, client: OidcClient): Record<string, unknown> {
  return {
    ...clientWithoutGroups(client, version),
    allowedUserGroups: store.groupsAllowedIn(client.id).map(nestedGroup),
  };
}
