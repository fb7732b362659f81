import { uniqueName } from "../support/pocket-id";
import { Bench, type Client } from "./bench";

describe("OIDC clients", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.end());

  const path = (client: { id: string }): string => `/api/oidc/clients/${client.id}`;
  const read = (client: { id: string }): Promise<Client> => bench.ok<Client>("GET", path(client));

  /** A client of which only the name was given. */
  const defaults = (): Record<string, unknown> => ({
    hasLogo: false,
    hasDarkLogo: false,
    launchURL: null,
    requiresReauthentication: false,
    callbackURLs: [],
    logoutCallbackURLs: [],
    isPublic: false,
    pkceEnabled: false,
    requiresPushedAuthorizationRequests: false,
    credentials: bench.expected.newerFields ? { secrets: [] } : {},
    isGroupRestricted: false,
    ...(bench.expected.newerFields
      ? {
          description: "",
          clientType: "standard",
          skipConsent: false,
          accessTokenDurationMinutes: 60,
          refreshTokenDurationMinutes: 43_200,
        }
      : {}),
  });

  const everything = {
    callbackURLs: ["https://cloud.example.com/oidc-callback.html", "https://cloud.example.com/"],
    logoutCallbackURLs: ["https://cloud.example.com/"],
    isPublic: false,
    pkceEnabled: true,
    requiresReauthentication: true,
    requiresPushedAuthorizationRequests: true,
    isGroupRestricted: true,
    launchURL: "https://cloud.example.com",
    credentials: {
      federatedIdentities: [
        {
          issuer: "https://issuer.example.com",
          subject: "s",
          audience: "a",
          jwks: "https://issuer.example.com/jwks",
        },
        { issuer: "https://bare.example.com", subject: "" },
      ],
    },
  };

  test("need only a name", async () => {
    const { status, body } = await bench.call<Client>("POST", "/api/oidc/clients", { name: "Contract" });
    bench.remembered("/api/oidc/clients", body);
    expect(status).toBe(201);
    const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;
    expect(body).toEqual({ id: uuid, name: "Contract", ...defaults(), allowedUserGroups: [] });
    expect(await read(body)).toEqual(body);
  });

  test("keep what they were made with", async () => {
    const client = await bench.client(everything);
    const { credentials, ...plain } = everything;
    expect(await read(client)).toMatchObject(plain);
    expect(await read(client)).toMatchObject({
      credentials: {
        federatedIdentities: [credentials.federatedIdentities[0], { issuer: "https://bare.example.com" }],
      },
    });
  });

  test("are listed with a count instead of groups", async () => {
    const [a, b] = [await bench.group(), await bench.group()];
    const client = await bench.client({ name: uniqueName("contract"), isGroupRestricted: true });
    await bench.ok("PUT", `${path(client)}/allowed-user-groups`, { userGroupIds: [a.id, b.id] });
    const { allowedUserGroups, ...row } = await read(client);
    expect(allowedUserGroups).toHaveLength(2);
    const list = await bench.ok<{ data: unknown[] }>("GET", `/api/oidc/clients?search=${client.name}`);
    expect(list.data).toEqual([{ ...row, allowedUserGroupsCount: 2 }]);
  });

  test("tell anybody a little about themselves", async () => {
    const client = await bench.client(everything);
    const response = await fetch(`${bench.server.url}${path(client)}/meta`);
    expect(response.status).toBe(200);
    const fields = {
      id: client.id,
      name: "Contract",
      launchURL: everything.launchURL,
      requiresReauthentication: true,
    };
    expect(await response.json()).toMatchObject({ ...fields, hasLogo: false, hasDarkLogo: false });
    expect((await bench.call("GET", "/api/oidc/clients/no-such-client/meta")).status).toBe(404);
  });

  describe("and their ids", () => {
    test.each([
      "web",
      "OpenCloud.Desktop_1",
      "xdXOt13JKxym1B1QcEncf2XDkLAexMBFwiT9j6EfhhHFJhs2KM9jbjTmf8JBXE69",
      "9-",
    ])("may be like %s", async (suffix) => {
      const id = `${uniqueName("c")}.${suffix}`;
      expect(await bench.client({ id })).toMatchObject({ id });
      expect(await read({ id })).toMatchObject({ id });
    });

    test.each([
      ["a b", "ID is invalid"],
      ["a/b", "ID is invalid"],
      ["ä1", "ID is invalid"],
      ["a", "ID must be at least 2 characters long"],
      ["a".repeat(129), "ID must be at most 128 characters long"],
    ])("may not be like %s", async (id, sentence) => {
      const { status, body } = await bench.call("POST", "/api/oidc/clients", { name: "Contract", id });
      expect(status).toBe(400);
      expect(body.error.toLowerCase()).toBe(sentence.toLowerCase());
    });

    test("are of one client, by case", async () => {
      const id = uniqueName("contract");
      await bench.client({ id });
      await bench.client({ id: id.toUpperCase() });
      const { status, body } = await bench.call("POST", "/api/oidc/clients", { name: "Twin", id });
      expect(status).toBe(bench.expected.duplicate);
      expect(body.error).toMatch(/^Client ID (is )?already in use$/);
    });

    test("never change", async () => {
      const client = await bench.client();
      const { status, body } = await bench.call<Client>("PUT", path(client), {
        name: "Same",
        id: "another-id",
      });
      expect(status).toBe(200);
      expect(body.id).toBe(client.id);
    });
  });

  test.each([
    [{}, "Name is required"],
    [{ name: "" }, "Name is required"],
    [{ name: "n".repeat(51) }, "Name must be at most 50 characters long"],
    [{ name: "ok", launchURL: "" }, "LaunchURL must be a valid URL"],
    [{ name: "ok", launchURL: "cloud.example.com" }, "LaunchURL must be a valid URL"],
    [{ name: "ok", launchURL: "https://cloud.example.com/\u0000" }, "LaunchURL must be a valid URL"],
    [{ name: "ok", launchURL: "https://cloud.example.com/?\u007f" }, "LaunchURL must be a valid URL"],
    [{ name: "ok", launchURL: "https://cloud.example.com/100%" }, "LaunchURL must be a valid URL"],
    [{ name: "ok", launchURL: "https://cloud.example.com/#%zz" }, "LaunchURL must be a valid URL"],
    [{ name: "ok", callbackURLs: ["https://ok.example.com", "/path"] }, "CallbackURLs[1] is invalid"],
    [{ name: "ok", logoutCallbackURLs: [""] }, "LogoutCallbackURLs[0] is invalid"],
    [
      { callbackURLs: ["x"], launchURL: "x" },
      "Name is required, CallbackURLs[0] is invalid, LaunchURL must be a valid URL",
    ],
  ])("are refused with %j", async (fields, sentence) => {
    const client = await bench.client();
    for (const [method, where] of [
      ["POST", "/api/oidc/clients"],
      ["PUT", path(client)],
    ] as const) {
      const { status, body } = await bench.call(method, where, fields);
      expect(status).toBe(400);
      expect(body.error.toLowerCase()).toBe(sentence.toLowerCase());
    }
  });

  test.each([{ name: 1 }, { name: "x", isPublic: "yes" }, { name: "x", callbackURLs: "https://x" }])(
    "cannot be read from %j",
    async (fields) => {
      const { status } = await bench.call("POST", "/api/oidc/clients", fields);
      expect(status).toBe(bench.expected.unreadableBody);
    },
  );

  test("fall back to the default in every field that a change leaves out", async () => {
    const client = await bench.client(everything);
    const { status, body } = await bench.call<Client>("PUT", path(client), { name: "Bare" });
    expect(status).toBe(200);
    expect(body).toEqual({ id: client.id, name: "Bare", ...defaults(), allowedUserGroups: [] });
    expect(await read(client)).toEqual(body);
  });

  test("use PKCE when they are public, whatever was asked for", async () => {
    const client = await bench.client({ isPublic: true, pkceEnabled: false });
    expect(client.pkceEnabled).toBe(true);
    expect(await bench.ok("PUT", path(client), { name: "Public", isPublic: true })).toMatchObject({
      pkceEnabled: true,
    });
  });

  test("can be told to push authorization requests when they are public, by newer versions", async () => {
    const fields = { isPublic: true, requiresPushedAuthorizationRequests: true };
    expect(await bench.client(fields)).toMatchObject({
      isPublic: true,
      requiresPushedAuthorizationRequests: bench.expected.publicClientPushes,
    });
  });

  test("lose the fields that an older server does not know, without a word", async () => {
    const newer = {
      description: "For files",
      skipConsent: true,
      accessTokenDurationMinutes: 5,
      refreshTokenDurationMinutes: 100,
    };
    const client = await bench.client({ ...newer, someFieldOfTheFuture: 1 });
    const shown = Object.entries(newer).filter(([key, value]) =>
      Object.entries(client).some(([k, v]) => k === key && v === value),
    );
    expect(shown).toHaveLength(bench.expected.newerFields ? 4 : 0);
    expect(client).not.toHaveProperty("someFieldOfTheFuture");
  });

  test("that are not there are not found, but deleted with success before v2.13", async () => {
    const nobody = { id: "no-such-client" };
    expect((await bench.call("GET", path(nobody))).status).toBe(404);
    expect((await bench.call("PUT", path(nobody), { name: "Nobody" })).status).toBe(404);
    expect(
      (await bench.call("PUT", `${path(nobody)}/allowed-user-groups`, { userGroupIds: [] })).status,
    ).toBe(404);
    expect((await bench.call("DELETE", path(nobody))).status).toBe(bench.expected.deleteOfNoClient);
  });

  test("are forgotten by groups when they go", async () => {
    const group = await bench.group();
    const client = await bench.client({ isGroupRestricted: true });
    await bench.ok("PUT", `${path(client)}/allowed-user-groups`, { userGroupIds: [group.id] });
    expect(await bench.call("DELETE", path(client))).toMatchObject({ status: 204, body: "" });
    expect((await bench.call("GET", path(client))).status).toBe(404);
    expect(await bench.ok("GET", `/api/user-groups/${group.id}`)).toMatchObject({ allowedOidcClients: [] });
  });
});
