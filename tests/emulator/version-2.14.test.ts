import { type Emulator, startEmulator } from "../../emulator";
import { type PocketIdUnderTest, caller } from "../support/pocket-id";

/** What the contract suite cannot ask of every version. */
describe("the emulator 2.14", () => {
  let server: Emulator;
  let call: PocketIdUnderTest["call"];
  beforeEach(async () => {
    server = await startEmulator({ version: "2.14" });
    call = caller(server);
  });
  afterEach(() => server.close());

  test("names what is wrong in codes", async () => {
    const short = await call("POST", "/api/user-groups", { name: "a" });
    expect(short.body).toMatchObject({
      error: "FriendlyName is required, name must be at least 2 characters long",
      code: "validation_failed",
      details: {
        fields: [
          { field: "friendlyName", code: "required", message: "is required" },
          { field: "name", code: "too_short", message: "must be at least 2 characters long" },
        ],
      },
      request_id: short.headers.get("x-request-id"),
    });
    expect((await call("GET", "/api/user-groups/x")).body).toMatchObject({
      code: "not_found",
      details: { resource: "User group" },
    });
    expect((await call("GET", "/api/users/x")).body).toMatchObject({ code: "user_not_found" });
  });

  test("takes a user's id from the caller", async () => {
    const id = "11111111-1111-4111-8111-111111111111";
    const user = { id, username: "alice", email: "alice@example.com" };
    expect((await call("POST", "/api/users", user)).body).toMatchObject({
      id,
    });
  });

  test("keeps several secrets of a client, through changes, and shows their values once", async () => {
    await call("POST", "/api/oidc/clients", { name: "web", id: "web" });
    const secrets = "/api/oidc/clients/web/secrets";
    const own = "a secret of my own";
    const first = await call<{ id: string }>("POST", secrets, { secret: own });
    expect(first).toMatchObject({ status: 201, body: { secret: own, isActive: true, expiresAt: null } });
    await call("POST", secrets, {});
    await call("PUT", "/api/oidc/clients/web", { name: "renamed" });
    const { body: listed } = await call<unknown[]>("GET", secrets);
    expect(listed).toHaveLength(2);
    expect(JSON.stringify(listed)).not.toContain(own);
    expect((await call("GET", "/api/oidc/clients/web")).body).toMatchObject({
      credentials: { secrets: listed },
    });
    expect((await call("DELETE", `${secrets}/${first.body.id}`)).status).toBe(204);
    expect((await call("DELETE", `${secrets}/${first.body.id}`)).status).toBe(404);
  });

  test.each([
    { secret: "too short" },
    { secret: "not-ascii-sécret-0123" },
    { expiresAt: "2001-01-01T00:00:00Z" },
  ])("refuses the secret %j", async (secret) => {
    await call("POST", "/api/oidc/clients", { name: "web", id: "web" });
    expect((await call("POST", "/api/oidc/clients/web/secrets", secret)).status).toBe(400);
  });
});
