import { uniqueName } from "../support/pocket-id";
import { Bench, type Group } from "./bench";

describe("user groups", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.end());

  const path = (group: { id: string }): string => `/api/user-groups/${group.id}`;
  const read = (group: { id: string }): Promise<Group> => bench.ok<Group>("GET", path(group));

  test("are made with an id of the server's and nothing in them", async () => {
    const name = uniqueName("contract");
    const { status, body } = await bench.call<Group>("POST", "/api/user-groups", {
      name,
      friendlyName: "Contract",
    });
    bench.remembered("/api/user-groups", body);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ) as string,
      name,
      friendlyName: "Contract",
      customClaims: [],
      ldapId: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/) as string,
      users: [],
      allowedOidcClients: [],
    });
    expect({ ...(await read(body)), createdAt: "" }).toEqual({ ...body, createdAt: "" });
    expect((await read(body)).createdAt).toBe(`${body.createdAt.slice(0, 19)}Z`);
  });

  test("are listed with a count instead of members and clients", async () => {
    const group = await bench.group();
    const member = await bench.user({ userGroupIds: [group.id] });
    await bench.ok("PUT", `/api/custom-claims/user-group/${group.id}`, [{ key: "roles", value: "x" }]);
    const list = await bench.ok<{ data: Group[] }>("GET", `/api/user-groups?search=${group.name}`);
    expect(list.data).toEqual([
      {
        id: group.id,
        name: group.name,
        friendlyName: group.friendlyName,
        customClaims: [{ key: "roles", value: "x" }],
        userCount: 1,
        ldapId: null,
        createdAt: expect.any(String) as string,
      },
    ]);
    expect((await read(group)).users).toEqual([expect.objectContaining({ id: member.id, userGroups: [] })]);
  });

  test.each([
    [{}, "FriendlyName is required, Name is required"],
    [{ name: "ab" }, "FriendlyName is required"],
    [{ name: "a", friendlyName: "ab" }, "Name must be at least 2 characters long"],
    [{ name: "ab", friendlyName: "a" }, "FriendlyName must be at least 2 characters long"],
    [{ name: "ab", friendlyName: "f".repeat(51) }, "FriendlyName must be at most 50 characters long"],
    [{ name: "n".repeat(256), friendlyName: "ab" }, "Name must be at most 255 characters long"],
    [{ name: null, friendlyName: "ab" }, "Name is required"],
  ])("are refused with %j", async (fields, sentence) => {
    const { status, body } = await bench.call("POST", "/api/user-groups", fields);
    expect(status).toBe(400);
    // v2.13 and later say the same with the field's JSON name.
    expect(body.error.toLowerCase()).toBe(sentence.toLowerCase());
  });

  test("may have any text for a name, and it is kept as it is", async () => {
    const odd = ` ${uniqueName("Ünïcode/with space")} `.normalize("NFC");
    const group = await bench.group({ name: odd, friendlyName: "Öl".normalize("NFC") });
    expect(await read(group)).toMatchObject({ name: odd, friendlyName: "Öl".normalize("NFC") });
  });

  test("are brought to their normal form since some version after 2.9", async () => {
    const odd = uniqueName("Ünïcode").normalize("NFD");
    const group = await bench.group({ name: odd });
    expect((await read(group)).name).toBe(bench.expected.normalForm ? odd.normalize("NFC") : odd);
  });

  test("count characters, not bytes", async () => {
    expect(await bench.group({ friendlyName: "ä".repeat(50) })).toMatchObject({
      friendlyName: "ä".repeat(50),
    });
  });

  test("have names of their own, by case", async () => {
    const group = await bench.group();
    const other = await bench.group({ name: group.name.toUpperCase() });
    for (const [method, where] of [
      ["POST", "/api/user-groups"],
      ["PUT", path(other)],
    ] as const) {
      const { status, body } = await bench.call(method, where, { name: group.name, friendlyName: "Twin" });
      expect(status).toBe(bench.expected.duplicate);
      expect(body.error).toBe("Name is already in use");
    }
  });

  test("of one name come into being once, however many ask at the same time", async () => {
    const body = { name: uniqueName("contract"), friendlyName: "Race" };
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => bench.call<Group>("POST", "/api/user-groups", body)),
    );
    const made = answers.filter((answer) => answer.status === 201);
    for (const { body: group } of made) bench.remembered("/api/user-groups", group);
    expect(made).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === bench.expected.duplicate)).toHaveLength(7);
  });

  test("keep members, claims and clients when their names change", async () => {
    const group = await bench.group();
    const member = await bench.user({ userGroupIds: [group.id] });
    const client = await bench.client({ isGroupRestricted: true });
    await bench.ok("PUT", `${path(group)}/allowed-oidc-clients`, { oidcClientIds: [client.id] });
    await bench.ok("PUT", `/api/custom-claims/user-group/${group.id}`, [{ key: "roles", value: "x" }]);
    const names = { name: uniqueName("contract"), friendlyName: "Renamed" };
    const { status, body } = await bench.call<Group>("PUT", path(group), names);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: group.id,
      ...names,
      customClaims: [{ key: "roles", value: "x" }],
      users: [{ id: member.id }],
      allowedOidcClients: [{ id: client.id }],
    });
    expect(await read(group)).toMatchObject({ ...names, users: [{ id: member.id }] });
  });

  test("need both names in a change", async () => {
    const group = await bench.group();
    expect((await bench.call("PUT", path(group), { name: group.name })).status).toBe(400);
    expect((await bench.call("PUT", path(group), { friendlyName: "Alone" })).status).toBe(400);
    expect(await read(group)).toMatchObject({ name: group.name, friendlyName: group.friendlyName });
  });

  test("have their members replaced as a whole; unknown ids are dropped without a word", async () => {
    const group = await bench.group();
    const [a, b] = [await bench.user(), await bench.user()];
    const set = (userIds: string[]): Promise<Group> =>
      bench.ok<Group>("PUT", `${path(group)}/users`, { userIds });
    const ids = (body: Group): string[] => body.users.map((user) => user.id).sort();
    expect(ids(await set([a.id, "no-such-user", b.id, a.id]))).toEqual([a.id, b.id].sort());
    expect(ids(await set([b.id]))).toEqual([b.id]);
    expect(ids(await read(group))).toEqual([b.id]);
    expect(ids(await set([]))).toEqual([]);
  });

  test("have their clients replaced as a whole; unknown ids are dropped without a word", async () => {
    const group = await bench.group();
    const [a, b] = [
      await bench.client({ isGroupRestricted: true }),
      await bench.client({ isGroupRestricted: true }),
    ];
    const set = (oidcClientIds: string[]): Promise<Group> =>
      bench.ok<Group>("PUT", `${path(group)}/allowed-oidc-clients`, { oidcClientIds });
    const ids = (body: Group): string[] => body.allowedOidcClients.map((client) => client.id).sort();
    expect(ids(await set([a.id, "no-such-client", b.id]))).toEqual([a.id, b.id].sort());
    expect(ids(await set([a.id]))).toEqual([a.id]);
    expect(await bench.ok("GET", `/api/oidc/clients/${a.id}`)).toMatchObject({
      allowedUserGroups: [{ id: group.id }],
    });
    expect(await bench.ok("GET", `/api/oidc/clients/${b.id}`)).toMatchObject({ allowedUserGroups: [] });
    expect(ids(await set([]))).toEqual([]);
  });

  test.each(["users", "allowed-oidc-clients"])("need the list of %s to be sent", async (list) => {
    const group = await bench.group();
    expect((await bench.call("PUT", `${path(group)}/${list}`, {})).status).toBe(400);
    const wrongType = { userIds: "x", oidcClientIds: "x" };
    expect((await bench.call("PUT", `${path(group)}/${list}`, wrongType)).status).toBe(
      bench.expected.unreadableBody,
    );
  });

  test("that are not there are not found, by an id of any form", async () => {
    for (const id of ["00000000-0000-4000-8000-000000000000", "not-a-uuid"]) {
      const names = { name: uniqueName("contract"), friendlyName: "Nobody" };
      expect((await bench.call("GET", `/api/user-groups/${id}`)).status).toBe(404);
      expect((await bench.call("PUT", `/api/user-groups/${id}`, names)).status).toBe(404);
      expect((await bench.call("PUT", `/api/user-groups/${id}/users`, { userIds: [] })).status).toBe(404);
      const clients = { oidcClientIds: [] };
      expect((await bench.call("PUT", `/api/user-groups/${id}/allowed-oidc-clients`, clients)).status).toBe(
        404,
      );
      expect((await bench.call("DELETE", `/api/user-groups/${id}`)).status).toBe(404);
    }
  });

  test("take members, claims and clients along when they go", async () => {
    const group = await bench.group();
    const member = await bench.user({ userGroupIds: [group.id] });
    const client = await bench.client({ isGroupRestricted: true });
    await bench.ok("PUT", `/api/oidc/clients/${client.id}/allowed-user-groups`, { userGroupIds: [group.id] });
    await bench.ok("PUT", `/api/custom-claims/user-group/${group.id}`, [{ key: "roles", value: "x" }]);
    const gone = await bench.call<string>("DELETE", path(group));
    expect(gone).toMatchObject({ status: 204, body: "" });
    expect((await bench.call("GET", path(group))).status).toBe(404);
    expect(await bench.ok("GET", `/api/users/${member.id}`)).toMatchObject({ userGroups: [] });
    // The restriction outlives the last group that it let in: nobody may log in now.
    expect(await bench.ok("GET", `/api/oidc/clients/${client.id}`)).toMatchObject({
      isGroupRestricted: true,
      allowedUserGroups: [],
    });
  });
});
