import { Bench, type User } from "./bench";

describe("Pocket ID's server", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.end());

  const raw = (path: string, init?: RequestInit): Promise<Response> => fetch(bench.server.url + path, init);
  const withKey = (headers: Record<string, string> = {}): Record<string, string> => ({
    "X-API-KEY": bench.server.apiKey,
    ...headers,
  });

  test("is healthy without a key", async () => {
    const response = await raw("/healthz");
    expect(response.status).toBe(204);
    expect(await response.text()).toBe("");
  });

  test("tells its version to signed-in callers", async () => {
    expect(await bench.call("GET", "/api/version/current")).toMatchObject({
      status: 200,
      body: { currentVersion: bench.server.version },
    });
    expect((await raw("/api/version/current")).status).toBe(401);
  });

  test("knows the caller by the key, whatever the case of the header", async () => {
    const response = await raw("/api/users/me", { headers: { "x-api-key": bench.server.apiKey } });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ isAdmin: true, disabled: false });
  });

  test.each([
    ["no key", {}],
    ["a wrong key", { "X-API-KEY": "not-the-key-0123456789" }],
    ["an empty key", { "X-API-KEY": "" }],
  ])("refuses a caller with %s", async (_case, headers) => {
    for (const path of ["/api/users/me", "/api/user-groups", "/api/oidc/clients"]) {
      const response = await raw(path, { headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: "You are not signed in" });
    }
  });

  test("does not take the key as a bearer token", async () => {
    const response = await raw("/api/users/me", {
      headers: { Authorization: `Bearer ${bench.server.apiKey}` },
    });
    expect(response.status).toBe(401);
  });

  test("looks at the key before it looks at the body", async () => {
    expect((await raw("/api/user-groups", { method: "POST", body: "{" })).status).toBe(401);
  });

  test("shows the user of the static key among the users", async () => {
    const me = await bench.ok<User>("GET", "/api/users/me");
    expect(await bench.ok<User>("GET", `/api/users/${me.id}`)).toMatchObject({
      username: me.username,
      isAdmin: true,
    });
    expect(await bench.ok("GET", `/api/users?search=${me.username}`)).toMatchObject({
      data: [{ id: me.id }],
    });
  });

  test.each([
    ["GET", "/api/nothing-here"],
    ["PATCH", "/api/user-groups"],
    ["GET", "/api/custom-claims/user/x"],
    ["DELETE", "/api/oidc/clients"],
  ])("has no route for %s %s, and says so in JSON", async (method, path) => {
    const response = await raw(path, { method, headers: withKey() });
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.json()).toEqual({ error: "API endpoint not found" });
  });

  test.each(["{", "", "[]", '"text"', '{"name":1,"friendlyName":"x"}'])(
    "cannot read the body %s",
    async (body) => {
      const headers = withKey({ "Content-Type": "application/json" });
      const response = await raw("/api/user-groups", { method: "POST", headers, body });
      expect(response.status).toBe(bench.expected.unreadableBody);
    },
  );

  test("looks at the content type since v2.13", async () => {
    const name = `contract-${Date.now()}`;
    const body = JSON.stringify({ name, friendlyName: "By another type" });
    const headers = withKey({ "Content-Type": "text/plain" });
    const response = await raw("/api/user-groups", { method: "POST", headers, body });
    expect(response.status).toBe(bench.expected.wrongContentType);
    if (response.status === 201)
      bench.remembered("/api/user-groups", (await response.json()) as { id: string });
  });

  test("gives errors a code and a request id since v2.13", async () => {
    const { body, headers } = await bench.call("GET", "/api/user-groups/none");
    const keys = bench.expected.codes ? ["code", "details", "error", "request_id"] : ["error"];
    expect(Object.keys(body).sort()).toEqual(keys);
    expect(headers.has("x-request-id")).toBe(bench.expected.codes);
  });

  test("forbids caches to keep answers", async () => {
    expect((await bench.call("GET", "/api/users/me")).headers.get("cache-control")).toBe("private, no-store");
  });

  test("serves a discovery document of one issuer", async () => {
    const response = await raw("/.well-known/openid-configuration");
    const document = (await response.json()) as Record<string, unknown> & { issuer: string };
    expect(response.status).toBe(200);
    expect(document.issuer).toMatch(/^https?:\/\/[^/]+$/);
    expect(document).toMatchObject({
      authorization_endpoint: `${document.issuer}/authorize`,
      token_endpoint: `${document.issuer}/api/oidc/token`,
      userinfo_endpoint: `${document.issuer}/api/oidc/userinfo`,
      end_session_endpoint: `${document.issuer}/api/oidc/end-session`,
      jwks_uri: `${document.issuer}/.well-known/jwks.json`,
      subject_types_supported: ["public"],
      code_challenge_methods_supported: ["plain", "S256"],
      id_token_signing_alg_values_supported: ["RS256"],
    });
    expect(document["scopes_supported"]).toEqual(
      expect.arrayContaining(["openid", "profile", "email", "groups"]),
    );
  });

  test("publishes a key", async () => {
    const response = await raw("/.well-known/jwks.json");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ keys: [{ kty: "RSA", alg: "RS256", use: "sig" }] });
  });

  test.each(["/.well-known/openid-configuration", "/.well-known/jwks.json"])(
    "lets pages of any origin call %s",
    async (path) => {
      for (const method of ["GET", "OPTIONS"]) {
        const response = await raw(path, { method, headers: { Origin: "https://cloud.example.com" } });
        expect(response.status).toBe(method === "GET" ? 200 : 204);
        expect(response.headers.get("access-control-allow-origin")).toBe("*");
        expect(response.headers.get("access-control-allow-headers")).toBe("Authorization");
        expect(response.headers.get("access-control-allow-methods")).toBe("GET, POST");
      }
    },
  );

  test("lets no page of another origin call the management API", async () => {
    const origin = { Origin: "https://cloud.example.com" };
    const response = await raw("/api/user-groups", { headers: withKey(origin) });
    expect(response.headers.has("access-control-allow-origin")).toBe(false);
    expect((await raw("/api/user-groups", { method: "OPTIONS", headers: origin })).status).toBe(404);
  });
});
