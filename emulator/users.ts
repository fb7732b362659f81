import { randomBytes, randomUUID } from "node:crypto";
import { created, find, invalid, noContent, notFound, ok, refuseTaken, type Reply } from "./answers";
import { list as listOf, object, requiredIds, text } from "./bodies";
import { listReply } from "./lists";
import { type Call, route } from "./routes";
import { userBody } from "./schemas";
import { fullGroup, fullUser } from "./shapes";
import { now, type User } from "./store";

export const userRoutes = [
  route("GET /api/users", list),
  // Before the route of any ID.
  route("GET /api/users/me", me, { access: "user" }),
  route("POST /api/users", create),
  route("GET /api/users/:id", (call) => answer(call, findUser(call, "id"))),
  route("PUT /api/users/:id", update),
  route("DELETE /api/users/:id", remove),
  route("GET /api/users/:id/groups", groups),
  route("POST /api/users/:id/one-time-access-token", oneTimeToken),
  route("PUT /api/users/:id/user-groups", setGroups),
];

/** The user whose ID is a part of the path. */
export const findUser = ({ store, param }: Call, part: string): User =>
  find(store.state.users, param(part), "User");

const answer = ({ store }: Call, user: User): Reply => ok(fullUser(store, user));

function me(call: Call): Reply {
  if (!call.caller) throw notFound("User");
  return answer(call, call.caller);
}

function list({ store, query }: Call): Reply {
  const columns = {
    searched: ["email", "firstName", "lastName", "username"],
    sortable: ["username", "email", "firstName", "lastName", "displayName", "createdAt"],
    filterable: ["emailVerified", "isAdmin", "disabled"],
  } as const;
  return listReply(store.state.users, query, columns, (user) => fullUser(store, user));
}

function create(call: Call): Reply {
  const input = readUser(call);
  const given = call.read(object({ id: text, userGroupIds: listOf(text) }));
  // v2.9 silently ignores the caller's ID.
  const id = (call.version === "2.9" ? "" : given.id) || randomUUID();
  refuseTaken(call.store.state.users, input, ["email", "username"]);
  const user = call.store.addUser({ id, ...input });
  call.store.members.setGroupsOf(id, given.userGroupIds);
  return created(fullUser(call.store, user));
}

/** Replaces the user's fields. Memberships stay, but the answer shows none. */
function update(call: Call): Reply {
  const input = readUser(call);
  const user = findUser(call, "id");
  // LDAP's users can only change their language; everything else is silently ignored.
  if (user.ldapId !== null && call.ldapEnabled) user.locale = input.locale;
  else {
    refuseTaken(call.store.state.users, input, ["email", "username"], user.id);
    Object.assign(user, input);
  }
  return ok({ ...fullUser(call.store, user), customClaims: [], userGroups: [] });
}

function remove(call: Call): Reply {
  call.store.remove(findUser(call, "id").id);
  return noContent;
}

function groups(call: Call): Reply {
  const notLoaded = { users: [], allowedOidcClients: [], customClaims: [] };
  const rows = call.store.members.groupsOf(findUser(call, "id").id);
  return ok(rows.map((group) => ({ ...fullGroup(call.store, group, call.version), ...notLoaded })));
}

function setGroups(call: Call): Reply {
  const groupIds = call.read(requiredIds("userGroupIds", "UserGroupIds"));
  const user = findUser(call, "id");
  call.store.members.setGroupsOf(user.id, groupIds);
  // With this call, Pocket ID writes the groups anew, including their times of creation.
  for (const group of call.store.members.groupsOf(user.id)) group.createdAt = now();
  return answer(call, user);
}

/** A token that signs the person in once; nothing accepts it here, as the emulator has no pages. */
function oneTimeToken(call: Call): Reply {
  findUser(call, "id");
  const length = call.version === "2.9" ? 16 : 12;
  return created({ token: randomBytes(16).toString("hex").slice(0, length) });
}

function readUser({ read, version }: Call) {
  const input = read(userBody(version));
  if (input.email === null) {
    const missing = { field: "email", code: "required", message: "is required" };
    throw invalid([missing], "Email is required", "The user does not have an email address set");
  }
  return input;
}
