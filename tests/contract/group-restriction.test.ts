import { Bench, type Client } from "./bench";

describe("the restriction of OIDC clients to groups", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.end());

  const path = (client: { id: string }): string => `/api/oidc/clients/${client.id}`;
  const read = (client: { id: string }): Promise<Client> => bench.ok<Client>("GET", path(client));
  const groupIds = (client: Client): string[] => client.allowedUserGroups.map((group) => group.id).sort();
  const restricted = async (...ids: string[]): Promise<Client> => {
    const client = await bench.client({ isGroupRestricted: true });
    await bench.ok("PUT", `${path(client)}/allowed-user-groups`, { userGroupIds: ids });
    return client;
  };

  test("replaces the list as a whole; unknown ids are dropped without a word, and the answer shows no list", async () => {
    const [a, b] = [await bench.group(), await bench.group()];
    const client = await restricted(a.id);
    const list = { userGroupIds: [b.id, "no-such-group", a.id, b.id] };
    const { status, body } = await bench.call<Client>("PUT", `${path(client)}/allowed-user-groups`, list);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty("allowedUserGroups");
    expect(groupIds(await read(client))).toEqual([a.id, b.id].sort());
  });

  test("shows the groups without their claims and members", async () => {
    const group = await bench.group();
    await bench.user({ userGroupIds: [group.id] });
    await bench.ok("PUT", `/api/custom-claims/user-group/${group.id}`, [{ key: "roles", value: "x" }]);
    const client = await restricted(group.id);
    expect((await read(client)).allowedUserGroups).toMatchObject([
      { id: group.id, name: group.name, customClaims: [], userCount: 0 },
    ]);
  });

  test("survives a change that says so again, whatever the answer shows", async () => {
    const group = await bench.group();
    const client = await restricted(group.id);
    const body = await bench.ok<Client>("PUT", path(client), { name: "Still", isGroupRestricted: true });
    expect(body.allowedUserGroups).toHaveLength(bench.expected.putShowsGroups ? 1 : 0);
    expect(groupIds(await read(client))).toEqual([group.id]);
  });

  test.each([{ name: "Open", isGroupRestricted: false }, { name: "Open" }])(
    "loses the list with a change to %j",
    async (fields) => {
      const client = await restricted((await bench.group()).id);
      await bench.ok("PUT", path(client), fields);
      expect(await read(client)).toMatchObject({ isGroupRestricted: false, allowedUserGroups: [] });
      await bench.ok("PUT", path(client), { name: "Shut", isGroupRestricted: true });
      expect(await read(client)).toMatchObject({ isGroupRestricted: true, allowedUserGroups: [] });
    },
  );

  test("takes a list while open, and loses it with the next change", async () => {
    const group = await bench.group();
    const client = await bench.client();
    await bench.ok("PUT", `${path(client)}/allowed-user-groups`, { userGroupIds: [group.id] });
    expect(await read(client)).toMatchObject({
      isGroupRestricted: false,
      allowedUserGroups: [{ id: group.id }],
    });
    await bench.ok("PUT", path(client), { name: "Open" });
    expect(groupIds(await read(client))).toEqual([]);
  });

  test("needs the list to be sent", async () => {
    const client = await bench.client();
    expect((await bench.call("PUT", `${path(client)}/allowed-user-groups`, {})).status).toBe(400);
  });
});
