import { randomInt, randomUUID } from "node:crypto";
import { created, find, noContent, notFound, ok, Problem, type Reply } from "./answers";
import { broken, object, optionalText, requiredIds, ruled } from "./bodies";
import { listReply } from "./lists";
import { type Call, route } from "./routes";
import { clientBody, newClientBody } from "./schemas";
import { clientMeta, clientSecret, clientWithoutGroups, nestedGroup } from "./shapes";
import { now, type OidcClient } from "./store";

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
  route("POST /api/oidc/clients/:id/secret", replaceSecret, { only: "2.9" }),
  route("GET /api/oidc/clients/:id/secrets", (call) => ok(findClient(call).secrets.map(clientSecret)), {
    only: "2.14",
  }),
  route("POST /api/oidc/clients/:id/secrets", addSecret, { only: "2.14" }),
  route("DELETE /api/oidc/clients/:id/secrets/:secretId", removeSecret, { only: "2.14" }),
];

/** The client whose ID is in the path. */
export const findClient = ({ store, param }: Call): OidcClient =>
  find(store.state.clients, param("id"), "OIDC client");

function list({ store, query, version }: Call): Reply {
  const rows = store.state.clients.map((client) => ({
    ...client,
    allowedUserGroupsCount: store.allowing.groupsOf(client.id).length,
  }));
  const columns = {
    searched: ["name"],
    sortable: ["name", "createdAt", "allowedUserGroupsCount"],
    filterable: [
      "pkceEnabled",
      "requiresReauthentication",
      "requiresPushedAuthorizationRequests",
      "isGroupRestricted",
    ],
  } as const;
  return listReply(rows, query, columns, (client) => ({
    ...clientWithoutGroups(client, version),
    allowedUserGroupsCount: client.allowedUserGroupsCount,
  }));
}

function create(call: Call): Reply {
  const input = call.read(newClientBody(call.version));
  const { clients } = call.store.state;
  if (clients.some((client) => client.id === input.id))
    throw new Problem(409, "Client ID is already in use", "client_id_already_exists", {
      before: { status: 400, text: "Client ID already in use" },
    });
  const client: OidcClient = { ...input, id: input.id || randomUUID(), createdAt: now(), secrets: [] };
  clients.push(client);
  return created({ ...clientWithoutGroups(client, call.version), allowedUserGroups: [] });
}

/** Replaces everything but the ID, which a PUT can't change, and the secrets. */
function update(call: Call): Reply {
  const input = call.read(clientBody(call.version));
  const client = findClient(call);
  Object.assign(client, input, { id: client.id });
  // Lifting the restriction also deletes the list of allowed groups.
  if (!input.isGroupRestricted) call.store.allowing.setGroupsOf(client.id, []);
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
  const groupIds = call.read(requiredIds("userGroupIds", "UserGroupIDs"));
  const client = findClient(call);
  call.store.allowing.setGroupsOf(client.id, groupIds);
  return ok(clientWithoutGroups(client, call.version));
}

function withGroups({ store, version }: Call, client: OidcClient) {
  const allowedUserGroups = store.allowing.groupsOf(client.id).map(nestedGroup);
  return { ...clientWithoutGroups(client, version), allowedUserGroups };
}

/** v2.9 keeps one secret per client: a new one replaces the old. */
function replaceSecret(call: Call): Reply {
  findClient(call);
  return ok({ secret: randomSecret() });
}

const maxSecrets = 20;

const secretBody = object({
  secret: ruled({ min: 16 }).refine(
    (secret) => /^[\x20-\x7e]*$/.test(secret),
    broken("printascii", "is invalid"),
  ),
  expiresAt: optionalText,
});

function addSecret(call: Call): Reply {
  const { secret: given, expiresAt } = call.read(secretBody);
  const refused = (text: string) => new Problem(400, text, "validation_failed");
  if (expiresAt !== null && !(Date.parse(expiresAt) > Date.now()))
    throw refused("The expiration date of a client secret must be in the future");
  const client = findClient(call);
  if (client.isPublic) throw refused("Cannot create a secret for a public client");
  if (client.secrets.length >= maxSecrets)
    throw refused(`A client cannot have more than ${maxSecrets} secrets`);
  const secret = given || randomSecret();
  const kept = { id: randomUUID(), prefix: secret.slice(0, 4), createdAt: now(), expiresAt };
  client.secrets.push(kept);
  return created({ ...clientSecret(kept), secret });
}

function removeSecret(call: Call): Reply {
  const client = findClient(call);
  const rest = client.secrets.filter((secret) => secret.id !== call.param("secretId"));
  if (rest.length === client.secrets.length) throw notFound("Client secret");
  client.secrets = rest;
  return noContent;
}

function randomSecret(): string {
  const characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return Array.from({ length: 32 }, () => characters.charAt(randomInt(characters.length))).join("");
}
