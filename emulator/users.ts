import { randomUUID } from "node:crypto";
import { alreadyInUse, notFound, userEmailNotSet } from "./errors";
import { Fields } from "./fields";
import { paginate, searchTest } from "./paging";
import type { Call, Reply, Route } from "./routes";
import { fullGroup, fullUser } from "./shapes";
import type { User } from "./store";
import { now } from "./times";
import { Validation, requiredList } from "./validation";
import { type PocketIdVersion, asStored } from "./versions";

export const userRoutes: Route[] = [
  { method: "GET", path: "/api/users", access: "admin", handle: list },
  { method: "GET", path: "/api/users/me", access: "user", handle: me },
  { method: "POST", path: "/api/users", access: "admin", handle: create },
  {
    method: "GET",
    path: "/api/users/:id",
    access: "admin",
    handle: (call) => answer(call, findUser(call, "id")),
  },
  { method: "PUT", path: "/api/users/:id", access: "admin", handle: update },
  { method: "DELETE", path: "/api/users/:id", access: "admin", handle: remove },
  { method: "GET", path: "/api/users/:id/groups", access: "admin", handle: groups },
  { method: "PUT", path: "/api/users/:id/user-groups", access: "admin", handle: setGroups },
];

/** The user that a part of the path names. */
export function findUser({ store, param }: Call, part: string): User {
  const user = store.state.users.find((each) => each.id === param(part));
  if (!user) throw notFound("User");
  return user;
}

function me(call: Call): Reply {
  if (!call.caller) throw notFound("User");
  return answer(call, call.caller);
}

function list({ store, query }: Call): Reply {
  const found = searchTest(query.get("search"));
  const rows = store.state.users.filter((user) =>
    [user.email, user.firstName, user.lastName, user.username].some((text) => found(text)),
  );
  const flags = {
    emailVerified: (user: User) => user.emailVerified,
    isAdmin: (user: User) => user.isAdmin,
    disabled: (user: User) => user.disabled,
  };
  const page = paginate(rows, query, {
    sortable: {
      ...flags,
      username: (user) => user.username,
      email: (user) => user.email,
      firstName: (user) => user.firstName,
      lastName: (user) => user.lastName,
      displayName: (user) => user.displayName,
      createdAt: (user) => user.createdAt,
    },
    filterable: flags,
  });
  return { status: 200, body: { ...page, data: page.data.map((user) => fullUser(store, user)) } };
}

type UserInput = Omit<User, "id" | "createdAt" | "claims" | "ldapId">;

function create(call: Call): Reply {
  const body = call.json();
  const input = readUser(body, call.version);
  const fields = new Fields(body);
  const groupIds = fields.texts("userGroupIds") ?? [];
  // v2.9 takes no id from the caller, and says nothing of it.
  const id = (call.version === "2.9" ? "" : fields.text("id")) || randomUUID();
  refuseDuplicate(call, input);
  const user: User = { id, ...input, ldapId: null, createdAt: now(), claims: [] };
  call.store.state.users.push(user);
  call.store.setGroupsOf(id, groupIds);
  return { status: 201, body: fullUser(call.store, user) };
}

/** Replaces the user's fields. Memberships stay, though the answer shows none. */
function update(call: Call): Reply {
  const input = readUser(call.json(), call.version);
  const user = findUser(call, "id");
  // LDAP owns all of its users but the language they chose; the rest is dropped without a word.
  if (user.ldapId !== null && call.ldapEnabled) user.locale = input.locale;
  else {
    refuseDuplicate(call, input, user.id);
    Object.assign(user, input);
  }
  return { status: 200, body: { ...fullUser(call.store, user), customClaims: [], userGroups: [] } };
}

function remove(call: Call): Reply {
  call.store.removeUser(findUser(call, "id").id);
  return { status: 204 };
}

function groups(call: Call): Reply {
  const bare = { users: [], allowedOidcClients: [], customClaims: [] };
  const rows = call.store.groupsOf(findUser(call, "id").id);
  return {
    status: 200,
    body: rows.map((group) => ({ ...fullGroup(call.store, group, call.version), ...bare })),
  };
}

function setGroups(call: Call): Reply {
  const groupIds = requiredList(
    "UserGroupIds",
    "userGroupIds",
    new Fields(call.json()).texts("userGroupIds"),
  );
  const user = findUser(call, "id");
  call.store.setGroupsOf(user.id, groupIds);
  // Pocket ID saves the groups anew with this call, and their time of creation with them.
  for (const group of call.store.groupsOf(user.id)) group.createdAt = now();
  return answer(call, user);
}

function answer({ store }: Call, user: User): Reply {
  return { status: 200, body: fullUser(store, user) };
}

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
    test: {
      holds: (name) => /^[a-zA-Z0-9]([a-zA-Z0-9_.@-]*[a-zA-Z0-9])?$/.test(name),
      code: "invalid_format",
      message:
        "must only contain letters, numbers, underscores, dots, hyphens, and '@' symbols " +
        "and not start or end with a special character",
    },
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
  if (others.some((user) => user.email === input.email)) throw alreadyInUse("email");
  if (others.some((user) => user.username === input.username)) throw alreadyInUse("username");
}
