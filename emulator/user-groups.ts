import { randomUUID } from "node:crypto";
import { alreadyInUse, ldapUserGroup, notFound } from "./errors";
import { Fields } from "./fields";
import { paginate, searchTest } from "./paging";
import type { Call, Reply, Route } from "./routes";
import { fullGroup, listedGroup } from "./shapes";
import type { UserGroup } from "./store";
import { now } from "./times";
import { Validation, requiredList } from "./validation";
import { asStored } from "./versions";

export const userGroupRoutes: Route[] = [
  { method: "GET", path: "/api/user-groups", access: "admin", handle: list },
  { method: "POST", path: "/api/user-groups", access: "admin", handle: create },
  {
    method: "GET",
    path: "/api/user-groups/:id",
    access: "admin",
    handle: (call) => answer(call, find(call)),
  },
  { method: "PUT", path: "/api/user-groups/:id", access: "admin", handle: update },
  { method: "DELETE", path: "/api/user-groups/:id", access: "admin", handle: remove },
  { method: "PUT", path: "/api/user-groups/:id/users", access: "admin", handle: setMembers },
  { method: "PUT", path: "/api/user-groups/:id/allowed-oidc-clients", access: "admin", handle: setClients },
];

function list({ store, query }: Call): Reply {
  const found = searchTest(query.get("search"));
  const rows = store.state.groups.filter((group) => found(group.name));
  const page = paginate(rows, query, {
    sortable: {
      name: (group) => group.name,
      friendlyName: (group) => group.friendlyName,
      createdAt: (group) => group.createdAt,
      userCount: (group) => store.membersOf(group.id).length,
    },
    filterable: {},
  });
  return { status: 200, body: { ...page, data: page.data.map((group) => listedGroup(store, group)) } };
}

function create(call: Call): Reply {
  const names = readNames(call);
  refuseDuplicate(call, names.name);
  const group: UserGroup = { id: randomUUID(), ...names, ldapId: null, createdAt: now(), claims: [] };
  call.store.state.groups.push(group);
  // Only this answer has the fraction of the second: the database keeps whole seconds.
  return { status: 201, body: { ...fullGroup(call.store, group, call.version), createdAt: group.createdAt } };
}

function update(call: Call): Reply {
  const names = readNames(call);
  const group = findOwn(call);
  refuseDuplicate(call, names.name, group.id);
  Object.assign(group, names);
  return answer(call, group);
}

function remove(call: Call): Reply {
  call.store.removeGroup(findOwn(call).id);
  return { status: 204 };
}

function setMembers(call: Call): Reply {
  const userIds = requiredList("UserIDs", "userIds", new Fields(call.json()).texts("userIds"));
  const group = find(call);
  call.store.setMembersOf(group.id, userIds);
  return answer(call, group);
}

function setClients(call: Call): Reply {
  const clientIds = requiredList(
    "OidcClientIDs",
    "oidcClientIds",
    new Fields(call.json()).texts("oidcClientIds"),
  );
  const group = find(call);
  call.store.setClientsAllowedFor(group.id, clientIds);
  return answer(call, group);
}

function answer(call: Call, group: UserGroup): Reply {
  return { status: 200, body: fullGroup(call.store, group, call.version) };
}

function find({ store, param }: Call): UserGroup {
  const group = store.state.groups.find((each) => each.id === param("id"));
  if (!group) throw notFound("User group");
  return group;
}

/** A group that may be changed here: those of LDAP may not, as long as LDAP is on. */
function findOwn(call: Call): UserGroup {
  const group = find(call);
  if (group.ldapId !== null && call.ldapEnabled) throw ldapUserGroup();
  return group;
}

function readNames({ json, version }: Call): { name: string; friendlyName: string } {
  const fields = new Fields(json());
  const friendlyName = fields.text("friendlyName");
  const name = fields.text("name");
  new Validation()
    .text("FriendlyName", "friendlyName", friendlyName, { required: true, min: 2, max: 50 })
    .text("Name", "name", name, { required: true, min: 2, max: 255 })
    .done();
  return { name: asStored(name, version), friendlyName: asStored(friendlyName, version) };
}

function refuseDuplicate({ store }: Call, name: string, ownId?: string): void {
  if (store.state.groups.some((group) => group.name === name && group.id !== ownId))
    throw alreadyInUse("name");
}
