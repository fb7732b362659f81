import { uniqueName } from "../support/pocket-id";
import { Bench, type Group, type User } from "./bench";

describe("users", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.end());

  const path = (user: { id: string }): string => `/api/users/${user.id}`;
  const read = (user: { id: string }): Promise<User> => bench.ok<User>("GET", path(user));
  const fields = (): { username: string; email: string } => {
    const username = uniqueName("contract");
    return { username, email: `${username}@example.com` };
  };

  test("need a name and an address", async () => {
    const body = fields();
    const answer = await bench.call<User>("POST", "/api/users", body);
    bench.remembered("/api/users", answer.body);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      ...body,
      emailVerified: false,
      firstName: "",
      lastName: "",
      displayName: "",
      isAdmin: false,
      locale: null,
      customClaims: [],
      userGroups: [],
      ldapId: null,
      disabled: false,
    });
    expect(await read(answer.body)).toEqual(answer.body);
    const noAddress = { username: uniqueName("contract") };
    expect(await bench.call("POST", "/api/users", noAddress)).toMatchObject({
      status: 400,
      body: { error: bench.expected.emailMissing },
    });
  });

  test.each(["", "a b", "-a", "a-", "ä", "a".repeat(51)])("may not be called %j", async (username) => {
    const email = `${uniqueName("contract")}@example.com`;
    expect((await bench.call("POST", "/api/users", { username, email })).status).toBe(400);
  });

  test("can't have an invalid address", async () => {
    expect((await bench.call("POST", "/api/users", { ...fields(), email: "nowhere" })).status).toBe(400);
  });

  test("have a name and an address of their own", async () => {
    const user = await bench.user();
    const other = await bench.user();
    for (const [method, where] of [
      ["POST", "/api/users"],
      ["PUT", path(other)],
    ] as const) {
      const sameName = await bench.call(method, where, { ...fields(), username: user.username });
      expect(sameName.status).toBe(bench.expected.duplicate);
      expect(sameName.body.error).toBe("Username is already in use");
      const sameAddress = await bench.call(method, where, { ...fields(), email: user.email });
      expect(sameAddress.status).toBe(bench.expected.duplicate);
      expect(sameAddress.body.error).toBe("Email is already in use");
    }
  });

  test("are found by parts of name and address, whatever the case", async () => {
    const user = await bench.user({ firstName: uniqueName("First") });
    for (const term of [user.username.toUpperCase(), user.firstName.slice(1), user.email ?? ""]) {
      expect(await bench.ok("GET", `/api/users?search=${term}`)).toMatchObject({ data: [{ id: user.id }] });
    }
  });

  test("join groups when they are made; unknown ones are dropped without a word", async () => {
    const group = await bench.group();
    const user = await bench.user({ userGroupIds: [group.id, "no-such-group"] });
    expect(user.userGroups).toMatchObject([
      { id: group.id, name: group.name, customClaims: [], userCount: 0 },
    ]);
    expect(await read(user)).toMatchObject({ userGroups: [{ id: group.id }] });
  });

  test("are replaced by a change, but for groups and claims, which the answer does not show", async () => {
    const group = await bench.group();
    const user = await bench.user({ isAdmin: true, disabled: true, locale: "de", userGroupIds: [group.id] });
    await bench.ok("PUT", `/api/custom-claims/user/${user.id}`, [{ key: "roles", value: "x" }]);
    const body = { ...fields(), userGroupIds: [] };
    const answer = await bench.call<User>("PUT", path(user), body);
    expect(answer).toMatchObject({
      status: 200,
      body: { isAdmin: false, disabled: false, locale: null, firstName: "" },
    });
    expect(answer.body).toMatchObject({ username: body.username, userGroups: [], customClaims: [] });
    expect(await read(user)).toMatchObject({
      username: body.username,
      userGroups: [{ id: group.id }],
      customClaims: [{ key: "roles", value: "x" }],
    });
  });

  test("have their groups replaced as a whole; unknown ids are dropped without a word", async () => {
    const [a, b] = [await bench.group(), await bench.group()];
    const user = await bench.user({ userGroupIds: [a.id] });
    const set = (userGroupIds: string[]): Promise<User> =>
      bench.ok<User>("PUT", `${path(user)}/user-groups`, { userGroupIds });
    expect((await set([b.id, "no-such-group", a.id])).userGroups.map(({ id }) => id).sort()).toEqual(
      [a.id, b.id].sort(),
    );
    expect((await set([b.id])).userGroups).toMatchObject([{ id: b.id }]);
    expect(await bench.ok<Group[]>("GET", `${path(user)}/groups`)).toEqual([
      expect.objectContaining({
        id: b.id,
        name: b.name,
        users: [],
        customClaims: [],
        allowedOidcClients: [],
      }),
    ]);
    expect(await bench.ok("GET", `/api/user-groups/${b.id}`)).toMatchObject({ users: [{ id: user.id }] });
    expect((await set([])).userGroups).toEqual([]);
    expect((await bench.call("PUT", `${path(user)}/user-groups`, {})).status).toBe(400);
  });

  test("that are not there are not found", async () => {
    const nobody = { id: "00000000-0000-4000-8000-000000000000" };
    expect((await bench.call("GET", path(nobody))).status).toBe(404);
    expect((await bench.call("PUT", path(nobody), fields())).status).toBe(404);
    expect((await bench.call("GET", `${path(nobody)}/groups`)).status).toBe(404);
    expect((await bench.call("PUT", `${path(nobody)}/user-groups`, { userGroupIds: [] })).status).toBe(404);
    expect((await bench.call("DELETE", path(nobody))).status).toBe(404);
  });

  test("leave their groups when they go", async () => {
    const group = await bench.group();
    const user = await bench.user({ userGroupIds: [group.id] });
    expect(await bench.call("DELETE", path(user))).toMatchObject({ status: 204, body: "" });
    expect((await bench.call("GET", path(user))).status).toBe(404);
    expect(await bench.ok("GET", `/api/user-groups/${group.id}`)).toMatchObject({ users: [] });
  });
});
