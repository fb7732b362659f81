import { randomUUID } from "node:crypto";
import { alreadyInUse, notFound, userEmailNotSet } from "./errors";
import { Fields } from "./fields";
import { paginate, searchTest } from "./paging";
import { type Call, created, find, noContent, ok, type Reply, route } from "./routes";
import { fullGroup, fullUser } from "./shapes";
import { now, type User } from "./store";
import { Validation, requiredList } from "./validation";
import { type PocketIdVersion, asStored } from "./versions";

export const userRoutes = [
  route("GET /api/users", list),
  route("GET /api/users/me", me, { access: "user" }),
  route("POST /api/users", create),
  route("GET /api/users/:id", (call) => answer(call, findUser(call, "id"))),
  route("PUT /api/users/:id", update),
  route("DELETE /api/users/:id", remove),
  route("GET /api/users/:id/groups", groups),
  route("PUT /api/users/:id/user-groups", setGroups),
];

/** The user whose ID is a part of the path. */
export function findUser({ store, param }: Call, part: string): User {
  return find(store.state.users, param(part), () => notFound("User"));
}

function me(call: Call): Reply {
  if (!call.caller) throw notFound("User");
  return answer(call, call.caller);
}

function list({ store, query }: Call): Reply {
  const matches = searchTest(query.get("search"));
  const rows = store.state.users.filter(({ email, firstName, lastName, username }) =>
    [email, firstName, lastName, username].some(matches),
  );
  const page = paginate(rows, query, {
    sortable: ["username", "email", "firstName", "lastName", "displayName", "createdAt"],
    filterable: ["emailVerified", "isAdmin", "disabled"],
  });
  return ok({ ...page, data: page.data.map((user) => fullUser(store, user)) });
}

type UserInput = Omit<User, "id" | "createdAt" | "claims" | "ldapId">;

function create(call: Call): Reply {
  const body = call.json();
  const input = readUser(body, call.version);
  const fields = new Fields(body);
  const groupIds = fields.texts("userGroupIds") ?? [];
  // v2.9 silently ignores the caller's ID.
  const id = (call.version === "2.9" ? "" : fields.text("id")) || randomUUID();
  refuseDuplicate(call, input);
  const user = call.store.addUser({ id, ...input });
  call.store.setGroupsOf(id, groupIds);
  return created(fullUser(call.store, user));
}

/** Replaces the user's fields. Memberships stay, but the answer shows none. */
function update(call: Call): Reply {
  const input = readUser(call.json(), call.version);
  const user = findUser(call, "id");
  // LDAP's users can only change their language; everything else is silently ignored.
  if (user.ldapId !== null && call.ldapEnabled) user.locale = input.locale;
  else {
    refuseDuplicate(call, input, user.id);
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
  const rows = call.store.groupsOf(findUser(call, "id").id);
  return ok(rows.map((group) => ({ ...fullGroup(call.store, group, call.version), ...notLoaded })));
}

function setGroups(call: Call): Reply {
  const groupIds = requiredList("UserGroupIds", "userGroupIds", call.json());
  const user = findUser(call, "id");
  call.store.setGroupsOf(user.id, groupIds);
  // With this call, Pocket ID writes the groups anew, including their times of creation.
  for (const group of call.store.groupsOf(user.id)) group.createdAt = now();
  return answer(call, user);
}

const answer = ({ store }: Call, user: User): Reply => ok(fullUser(store, user));

function readUser(body: unknown, version: PocketIdVersion): UserInput {
  const fields = new Fields(body);
  const input: UserInput = {
    username: asStored(fields.text("username"), version),
    email: fields.optionalText("email"),
    emailVerified: fields.flag("emailVerified"),
    firstName: asStored(fields.text("firstName"), version),
    lastName: asStored(fields.text("lastName"), version),
    displayName: asStored(fields.text("displayName"), version),
    isAdmin: fields.flag("isAdmin"),
    locale: fields.optionalText("locale"),
    disabled: fields.flag("disabled"),
  };
  const validation = new Validation().text("Username", "username", input.username, {
    required: true,
    pattern: /^[a-zA-Z0-9]([a-zA-Z0-9_.@-]*[a-zA-Z0-9])?$/,
    code: "invalid_format",
    message:
      "must only contain letters, numbers, underscores, dots, hyphens, and '@' symbols " +
      "and not start or end with a special character",
    max: 50,
  });
  if (input.email !== null && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(input.email)) {
    validation.fail("Email", "email", "invalid_format", "must be a valid email address");
  }
  validation
    .text("FirstName", "firstName", input.firstName, { max: 50 })
    .text("LastName", "lastName", input.lastName, { max: 50 })
    .text("DisplayName", "displayName", input.displayName, { max: 100 })
    .done();
  if (input.email === null) throw userEmailNotSet();
  return input;
}

function refuseDuplicate({ store }: Call, input: UserInput, ownId?: string): void {
  const others = store.state.users.filter((user) => user.id !== ownId);
  for (const property of ["email", "username"] as const) {
    if (others.some((user) => user[property] === input[property])) throw alreadyInUse(property);
  }
}
