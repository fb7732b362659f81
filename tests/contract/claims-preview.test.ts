import { uniqueName } from "../support/pocket-id";
import { Bench, type Client, type User } from "./bench";

interface Preview {
  idToken: Record<string, unknown>;
  accessToken: Record<string, unknown>;
  userInfo: Record<string, unknown>;
}

/** What a login would put into tokens, by the endpoint that shows it without a login. */
describe("claims", () => {
  let bench: Bench;
  let client: Client;
  beforeAll(async () => {
    bench = await Bench.start();
    client = await bench.client();
  });
  afterAll(() => bench.end());

  const path = (user: { id: string }, scopes?: string): string =>
    `/api/oidc/clients/${client.id}/preview/${user.id}${scopes === undefined ? "" : `?scopes=${encodeURIComponent(scopes)}`}`;
  const preview = (user: User, scopes = "openid profile email groups"): Promise<Preview> =>
    bench.ok<Preview>("GET", path(user, scopes));
  const set = (kind: "user" | "user-group", id: string, claims: Record<string, string>): Promise<unknown> => {
    const list = Object.entries(claims).map(([key, value]) => ({ key, value }));
    return bench.ok("PUT", `/api/custom-claims/${kind}/${id}`, list);
  };

  test("of a person are in the ID token and in userinfo", async () => {
    const group = await bench.group();
    const user = await bench.user({ displayName: "Shown", userGroupIds: [group.id] });
    const { idToken, userInfo } = await preview(user);
    const claims = {
      sub: user.id,
      given_name: "Con",
      family_name: "Tract",
      name: "Con Tract",
      display_name: "Shown",
      preferred_username: user.username,
      email: user.email,
      email_verified: false,
      groups: [group.name],
    };
    expect(userInfo).toMatchObject({ ...claims, picture: expect.stringContaining(user.id) as string });
    expect(idToken).toMatchObject({
      ...claims,
      aud: [client.id],
      iss: expect.stringMatching(/^https?:/) as string,
    });
  });

  test.each([
    [{ firstName: "", lastName: "", displayName: "Shown" }, "Shown"],
    [{ firstName: "", lastName: "Last" }, "Last"],
  ])("give %j the full name %s", async (names, full) => {
    expect((await preview(await bench.user(names))).userInfo["name"]).toBe(full);
  });

  test.each([
    ["openid", ["sub"]],
    ["openid groups", ["groups", "sub"]],
    ["openid email", ["email", "email_verified", "sub"]],
    [
      "openid profile",
      ["display_name", "family_name", "given_name", "name", "picture", "preferred_username", "roles", "sub"],
    ],
  ])("of the scopes %s are those and no others: custom ones need profile", async (scopes, keys) => {
    const user = await bench.user();
    await set("user", user.id, { roles: "ocisUser" });
    const { userInfo, idToken } = await preview(user, scopes);
    expect(Object.keys(userInfo).sort()).toEqual([
      ...keys,
      ...(bench.expected.typeInUserInfo ? ["type"] : []),
    ]);
    expect(idToken["type"]).toBe("id-token");
  });

  test("are never in the access token when they are custom ones", async () => {
    const user = await bench.user();
    await set("user", user.id, { roles: "ocisUser" });
    const { accessToken, idToken } = await preview(user);
    expect(accessToken).not.toHaveProperty("roles");
    expect(accessToken).toMatchObject({ sub: user.id, aud: expect.arrayContaining([client.id]) as string[] });
    expect(idToken).toHaveProperty("roles", "ocisUser");
  });

  test.each([
    ["ocisAdmin", "ocisAdmin"],
    ['["x","y"]', ["x", "y"]],
    ["42", 42],
    ["1.0", 1],
    ["true", true],
    ['{"k":1}', { k: 1 }],
    ['"42"', "42"],
    ["[unfinished", "[unfinished"],
    [" 7 ", 7],
  ])("stored as %s are given as %j: JSON where it is JSON", async (value, given) => {
    const user = await bench.user();
    await set("user", user.id, { custom: value });
    expect((await preview(user)).userInfo["custom"]).toEqual(given);
  });

  test("break the preview when one of them is null", async () => {
    const user = await bench.user();
    await set("user", user.id, { custom: "null" });
    expect((await bench.call("GET", path(user, "openid profile"))).status).toBe(500);
    expect((await bench.call("GET", path(user, "openid"))).status).toBe(200);
  });

  test("cannot be overwritten by a custom picture", async () => {
    const user = await bench.user();
    await set("user", user.id, { picture: "https://example.com/me.png" });
    expect((await preview(user)).userInfo["picture"]).toMatch(new RegExp(`${user.id}/profile-picture.png$`));
  });

  test("of a group are its members'", async () => {
    const group = await bench.group();
    await set("user-group", group.id, { roles: "ocisGuest" });
    const [member, other] = [await bench.user({ userGroupIds: [group.id] }), await bench.user()];
    expect((await preview(member)).userInfo).toHaveProperty("roles", "ocisGuest");
    expect((await preview(other)).userInfo).not.toHaveProperty("roles");
  });

  test("of a person win over those of groups", async () => {
    const group = await bench.group();
    await set("user-group", group.id, { roles: "ocisGuest", fromGroup: "yes" });
    const user = await bench.user({ userGroupIds: [group.id] });
    await set("user", user.id, { roles: "ocisAdmin" });
    expect((await preview(user)).userInfo).toMatchObject({ roles: "ocisAdmin", fromGroup: "yes" });
  });

  test("of several groups are never merged: the smallest group id wins, and orders the groups", async () => {
    const groups = [];
    for (let n = 0; n < 5; n += 1) {
      const group = await bench.group({ name: uniqueName(`contract-${n}`) });
      await set("user-group", group.id, { roles: JSON.stringify([group.name]) });
      groups.push(group);
    }
    const user = await bench.user({ userGroupIds: groups.map((group) => group.id) });
    const names = groups.sort((a, b) => (a.id < b.id ? -1 : 1)).map((group) => group.name);
    expect((await preview(user)).userInfo).toMatchObject({ roles: [names[0]], groups: names });
  });

  test("are not shown to somebody whom the client does not let in", async () => {
    const group = await bench.group();
    const [member, other] = [await bench.user({ userGroupIds: [group.id] }), await bench.user()];
    const open = client;
    client = await bench.client({ isGroupRestricted: true });
    const status = async (user: User): Promise<number> =>
      (await bench.call("GET", path(user, "openid"))).status;
    try {
      expect([await status(member), await status(other)]).toEqual([403, 403]);
      await bench.ok("PUT", `/api/oidc/clients/${client.id}/allowed-user-groups`, {
        userGroupIds: [group.id],
      });
      expect([await status(member), await status(other)]).toEqual([200, 403]);
      await bench.ok("PUT", `/api/oidc/clients/${client.id}`, { name: "Open", isGroupRestricted: false });
      expect([await status(member), await status(other)]).toEqual([200, 200]);
    } finally {
      client = open;
    }
  });

  test("are shown for scopes, a client and a person that there are", async () => {
    const user = await bench.user();
    expect((await bench.call("GET", path(user))).status).toBe(400);
    expect((await bench.call("GET", path({ id: "nobody" }, "openid"))).status).toBe(404);
    expect((await bench.call("GET", `/api/oidc/clients/none/preview/${user.id}?scopes=openid`)).status).toBe(
      404,
    );
  });
});
