import { created, find, noContent, ok, Problem, refuseTaken, type Reply } from "./answers";
import { requiredIds } from "./bodies";
import { listReply } from "./lists";
import { type Call, route } from "./routes";
import { groupBody } from "./schemas";
import { fullGroup, listedGroup } from "./shapes";
import type { UserGroup } from "./store";

export const userGroupRoutes = [
  route("GET /api/user-groups", list),
  route("POST /api/user-groups", create),
  route("GET /api/user-groups/:id", (call) => answer(call, findGroup(call))),
  route("PUT /api/user-groups/:id", update),
  route("DELETE /api/user-groups/:id", remove),
  route("PUT /api/user-groups/:id/users", setMembers),
  route("PUT /api/user-groups/:id/allowed-oidc-clients", setClients),
];

const answer = ({ store, version }: Call, group: UserGroup): Reply => ok(fullGroup(store, group, version));

const findGroup = ({ store, param }: Call): UserGroup => find(store.state.groups, param("id"), "User group");

/** A group that can be changed here: LDAP's can't, while LDAP is on. */
function findOwn(call: Call): UserGroup {
  const group = findGroup(call);
  if (group.ldapId !== null && call.ldapEnabled)
    throw new Problem(403, "LDAP user groups can't be updated", "ldap_user_group_update");
  return group;
}

function list({ store, query }: Call): Reply {
  const rows = store.state.groups.map((group) => ({
    ...group,
    userCount: store.members.of(group.id).length,
  }));
  const sortable = ["name", "friendlyName", "createdAt", "userCount"] as const;
  return listReply(rows, query, { searched: ["name"], sortable }, listedGroup);
}

function create(call: Call): Reply {
  const names = call.read(groupBody(call.version));
  refuseTaken(call.store.state.groups, names, ["name"]);
  const group = call.store.addGroup(names);
  // Only this answer has fractions of a second.
  return created({ ...fullGroup(call.store, group, call.version), createdAt: group.createdAt });
}

function update(call: Call): Reply {
  const names = call.read(groupBody(call.version));
  const group = findOwn(call);
  refuseTaken(call.store.state.groups, names, ["name"], group.id);
  return answer(call, Object.assign(group, names));
}

function remove(call: Call): Reply {
  call.store.remove(findOwn(call).id);
  return noContent;
}

function setMembers(call: Call): Reply {
  const userIds = call.read(requiredIds("userIds", "UserIDs"));
  const group = findGroup(call);
  call.store.members.set(group.id, userIds);
  return answer(call, group);
}

function setClients(call: Call): Reply {
  const clientIds = call.read(requiredIds("oidcClientIds", "OidcClientIDs"));
  const group = findGroup(call);
  call.store.allowing.set(group.id, clientIds);
  return answer(call, group);
}
