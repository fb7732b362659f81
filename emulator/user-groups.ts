import { alreadyInUse, ldapUserGroup, notFound } from "./errors";
import { Fields } from "./fields";
import { paginate, searchTest } from "./paging";
import { type Call, created, find, noContent, ok, type Reply, route } from "./routes";
import { fullGroup, listedGroup } from "./shapes";
import type { UserGroup } from "./store";
import { Validation, requiredList } from "./validation";
import { asStored } from "./versions";

export const userGroupRoutes = [
  route("GET /api/user-groups", list),
  route("POST /api/user-groups", create),
  route("GET /api/user-groups/:id", (call) => answer(call, findGroup(call))),
  route("PUT /api/user-groups/:id", update),
  route("DELETE /api/user-groups/:id", remove),
  route("PUT /api/user-groups/:id/users", setMembers),
  route("PUT /api/user-groups/:id/allowed-oidc-clients", setClients),
];

function list({ store, query }: Call): Reply {
  const matches = searchTest(query.get("search"));
  const rows = store.state.groups.filter(({ name }) => matches(name));
  const page = paginate(rows, query, {
    sortable: ["name", "friendlyName", "createdAt"],
    computed: { userCount: ({ id }) => store.membersOf(id).length },
  });
  return ok({ ...page, data: page.data.map((group) => listedGroup(store, group)) });
}

function create(call: Call): Reply {
  const names = readNames(call);
  refuseDuplicate(call, names.name);
  const group = call.store.addGroup(names);
  // Only this answer has fractions of a second.
  return created({ ...fullGroup(call.store, group, call.version), createdAt: group.createdAt });
}

function update(call: Call): Reply {
  const names = readNames(call);
  const group = findOwn(call);
  refuseDuplicate(call, names.name, group.id);
  return answer(call, Object.assign(group, names));
}

function remove(call: Call): Reply {
  call.store.remove(findOwn(call).id);
  return noContent;
}

function setMembers(call: Call): Reply {
  const userIds = requiredList("UserIDs", "userIds", call.json());
  const group = findGroup(call);
  call.store.setMembersOf(group.id, userIds);
  return answer(call, group);
}

function setClients(call: Call): Reply {
  const clientIds = requiredList("OidcClientIDs", "oidcClientIds", call.json());
  const group = findGroup(call);
  call.store.setClientsAllowedFor(group.id, clientIds);
  return answer(call, group);
}

const answer = ({ store, version }: Call, group: UserGroup): Reply => ok(fullGroup(store, group, version));

function findGroup({ store, param }: Call): UserGroup {
  return find(store.state.groups, param("id"), () => notFound("User group"));
}

/** A group that can be changed here: LDAP's can't, while LDAP is on. */
function findOwn(call: Call): UserGroup {
  const group = findGroup(call);
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
