import { Bench, type Claim } from "./bench";

describe.each(["user-group", "user"] as const)("custom claims of a %s", (kind) => {
  let bench: Bench;
  let owner: string;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  beforeEach(async () => {
    owner = (kind === "user" ? await bench.user() : await bench.group()).id;
  });
  afterAll(() => bench.end());

  const put = (claims: unknown): ReturnType<typeof bench.call> =>
    bench.call("PUT", `/api/custom-claims/${kind}/${owner}`, claims);
  const stored = async (): Promise<Claim[]> => {
    const collection = kind === "user" ? "users" : "user-groups";
    return (await bench.ok<{ customClaims: Claim[] }>("GET", `/api/${collection}/${owner}`)).customClaims;
  };
  const roles = { key: "roles", value: "ocisAdmin" };

  test("are replaced as a whole, and answered as stored", async () => {
    expect(await put([roles, { key: "b", value: "2" }])).toMatchObject({
      status: 200,
      body: [roles, { key: "b" }],
    });
    const next = [
      { key: "c", value: "3" },
      { key: "b", value: "4" },
    ];
    const { status, body } = await put(next);
    expect(status).toBe(200);
    expect(body).toEqual(expect.arrayContaining(next));
    expect(body).toHaveLength(2);
    expect(await stored()).toEqual(body);
  });

  test.each([[[]], [null]])("are cleared by %j", async (nothing) => {
    await put([roles]);
    expect(await put(nothing)).toMatchObject({ status: 200, body: [] });
    expect(await stored()).toEqual([]);
  });

  test("may have any text as key and value", async () => {
    const claims = [
      { key: "with space/ünï", value: " " },
      { key: "k".repeat(300), value: "v".repeat(9000) },
      { key: "https://example.com/claim", value: '{"a":[1]}' },
      { key: "Roles", value: "by case" },
      { key: "roles", value: "ocisAdmin" },
    ];
    expect(await put(claims)).toMatchObject({ status: 200, body: claims });
  });

  test.each([
    [[{ key: "", value: "x" }], "Key is required"],
    [[{ value: "x" }], "Key is required"],
    [[{ key: "x", value: "" }], "Value is required"],
    [[{ key: "x" }], "Value is required"],
    [
      [
        { key: "x", value: "1" },
        { key: "x", value: "2" },
      ],
      "Claim x is already defined",
    ],
  ])("are refused when they are %j", async (claims, sentence) => {
    await put([roles]);
    expect(await put(claims)).toMatchObject({ status: 400, body: { error: sentence } });
    expect(await stored()).toEqual([roles]);
  });

  test.each([
    {},
    "text",
    [{ key: "x", value: 1 }],
    [{ key: "x", value: ["a"] }],
    [{ key: "x", value: true }],
    ["x"],
  ])("cannot be read from %j", async (body) => {
    expect((await put(body)).status).toBe(bench.expected.unreadableBody);
  });

  const reserved =
    "given_name family_name name email email_verified preferred_username display_name groups type " +
    "sub iss aud exp iat auth_time nonce acr amr azp nbf jti";
  test.each(reserved.split(" "))("cannot be called %s", async (key) => {
    await put([roles]);
    expect(await put([{ key, value: "x" }])).toMatchObject({
      status: 400,
      body: { error: `Claim ${key} is reserved and can't be used` },
    });
    expect(await stored()).toEqual([roles]);
  });

  test("may be called client_id before v2.13", async () => {
    expect((await put([{ key: "client_id", value: "x" }])).status).toBe(bench.expected.clientIdClaim);
    expect((await put([{ key: "picture", value: "x" }])).status).toBe(200);
  });

  test("of nobody: v2.9 does not look before it writes", async () => {
    owner = "00000000-0000-4000-8000-000000000000";
    expect((await put([])).status).toBe(bench.expected.claimsOfNobody.none);
    expect((await put([roles])).status).toBe(bench.expected.claimsOfNobody.some);
  });

  test("can only be read with their owner", async () => {
    expect((await bench.call("GET", `/api/custom-claims/${kind}/${owner}`)).status).toBe(404);
  });

  test("are suggested by key once somebody has them", async () => {
    const key = `contract-${owner}`;
    await put([{ key, value: "x" }]);
    expect(await bench.ok<string[]>("GET", "/api/custom-claims/suggestions")).toContain(key);
    await put([]);
    expect(await bench.ok<string[]>("GET", "/api/custom-claims/suggestions")).not.toContain(key);
  });

  test("written at the same time are never mixed", async () => {
    const lists = Array.from({ length: 8 }, (_, n) => [
      { key: `left-${n}`, value: String(n) },
      { key: `right-${n}`, value: String(n) },
    ]);
    const answers = await Promise.all(lists.map((list) => put(list)));
    expect(answers.map((answer) => answer.status)).toEqual(lists.map(() => 200));
    expect(lists).toContainEqual(await stored());
  });
});
