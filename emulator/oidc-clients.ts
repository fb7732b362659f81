import { randomUUID } from "node:crypto";
import { readClient } from "./client-input";
import { clientIdAlreadyExists, notFound } from "./errors";
import { paginate, searchTest } from "./paging";
import { type Call, created, find, noContent, ok, type Reply, route } from "./routes";
import { clientMeta, clientWithoutGroups, nestedGroup } from "./shapes";
import { now, type OidcClient } from "./store";
import { requiredList } from "./validation";

export const oidcClientRoutes = [
  route("GET /api/oidc/clients", list),
  route("POST /api/oidc/clients", create),
  route("GET /api/oidc/clients/:id", (call) => ok(withGroups(call, findClient(call)))),
  route("GET /api/oidc/clients/:id/meta", (call) => ok(clientMeta(findClient(call), call.version)), {
    access: "public",
  }),
  route("PUT /api/oidc/clients/:id", update),
  route("DELETE /api/oidc/clients/:id", remove),
  route("PUT /api/oidc/clients/:id/allowed-user-groups", setGroups),
];

/** The client whose ID is in the path. */
export function findClient({ store, param }: Call): OidcClient {
  return find(store.state.clients, param("id"), () => notFound("OIDC client"));
}

function list({ store, query, version }: Call): Reply {
  const matches = searchTest(query.get("search"));
  const groupCount = ({ id }: OidcClient): number => store.groupsAllowedIn(id).length;
  const rows = store.state.clients.filter(({ name }) => matches(name));
  const page = paginate(rows, query, {
    sortable: ["name", "createdAt"],
    filterable: [
      "pkceEnabled",
      "requiresReauthentication",
      "requiresPushedAuthorizationRequests",
      "isGroupRestricted",
    ],
    computed: { allowedUserGroupsCount: groupCount },
  });
  const data = page.data.map((client) => ({
    ...clientWithoutGroups(client, version),
    allowedUserGroupsCount: groupCount(client),
  }));
  return ok({ ...page, data });
}

function create(call: Call): Reply {
  const input = readClient(call.json(), call.version, true);
  const { clients } = call.store.state;
  if (clients.some((client) => client.id === input.id)) throw clientIdAlreadyExists();
  const client: OidcClient = { ...input, id: input.id || randomUUID(), createdAt: now(), secrets: [] };
  clients.push(client);
  return created({ ...clientWithoutGroups(client, call.version), allowedUserGroups: [] });
}

/** Replaces everything but the ID, which a PUT can't change, and the secrets. */
function update(call: Call): Reply {
  const input = readClient(call.json(), call.version, false);
  const client = findClient(call);
  Object.assign(client, input, { id: client.id });
  // Lifting the restriction also deletes the list of allowed groups.
  if (!input.isGroupRestricted) call.store.setGroupsAllowedIn(client.id, []);
  const shown = withGroups(call, client);
  // v2.9 answers without reading the list again; the list itself is intact.
  return ok(call.version === "2.9" ? { ...shown, allowedUserGroups: [] } : shown);
}

function remove(call: Call): Reply {
  if (call.version !== "2.9") findClient(call);
  call.store.remove(call.param("id"));
  return noContent;
}

function setGroups(call: Call): Reply {
  const groupIds = requiredList("UserGroupIDs", "userGroupIds", call.json());
  const client = findClient(call);
  call.store.setGroupsAllowedIn(client.id, groupIds);
  return ok(clientWithoutGroups(client, call.version));
}

function withGroups({ store, version }: Call, client: OidcClient): Record<string, unknown> {
  const allowedUserGroups = store.groupsAllowedIn(client.id).map(nestedGroup);
  return { ...clientWithoutGroups(client, version), allowedUserGroups };
}
