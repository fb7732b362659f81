import { DEFAULT_CLAIM_KEY, NATIVE_CLIENTS, ROLES, webClient } from "@ocis-pocket-id/components";
import program from "../../index";
import { engineStack, type EngineStack } from "../support/engine";
import { type PocketIdUnderTest, pocketIdUnderTest } from "../support/pocket-id";
import { companyConfig } from "../support/example-company";

/** A company that followed the guide by hand, with plain calls as the web pages make them, and then changed to the stack. */
let server: PocketIdUnderTest;
let stack: EngineStack;
let groups: Record<string, string>;
let webClientId: string;

const createdId = async (path: string, body: object) =>
  (await server.call<{ id: string }>("POST", path, body)).body.id;

beforeAll(async () => {
  server = await pocketIdUnderTest();
  groups = {};
  for (const { key, groupName: name, friendlyName, claimValue } of ROLES) {
    const id = await createdId("/api/user-groups", { name, friendlyName });
    groups[key] = id;
    // Lists as other applications' guides make them: oCIS finds its role in the one, and not in the other.
    const value =
      key === "admin"
        ? `["${claimValue}","opencloudAdmin"]`
        : key === "guest"
          ? '["opencloudGuest"]'
          : claimValue;
    const claims = [
      { key: DEFAULT_CLAIM_KEY, value },
      { key: "theirs", value: "kept" },
    ];
    await server.call("PUT", `/api/custom-claims/user-group/${id}`, claims);
  }
  const { name, callbackUrls } = webClient("https://ocis.company.test");
  const byHand = { name, callbackURLs: callbackUrls, isPublic: true, isGroupRestricted: true };
  webClientId = await createdId("/api/oidc/clients", byHand);
  await server.call("PUT", `/api/oidc/clients/${webClientId}/allowed-user-groups`, {
    userGroupIds: Object.values(groups),
  });
  for (const client of NATIVE_CLIENTS) {
    // The guide leaves these open to everybody, and knows one callback each.
    const callbackURLs = client.callbackUrls.slice(0, 1);
    await createdId("/api/oidc/clients", {
      id: client.clientId,
      name: client.name,
      callbackURLs,
      isPublic: true,
    });
  }
  stack = await engineStack("ocis-pocket-id", program);
  await stack.setConfig({
    ...(await companyConfig(server)),
    "ocis-pocket-id:bundleDirectory": { value: `${stack.directory}/bundle` },
    "ocis-pocket-id:adopt": { value: "ifExists" },
    "ocis-pocket-id:shareClaim": { value: "true" },
  });
});

afterAll(async () => {
  await stack.remove();
  for (const id of Object.values(groups)) await server.call("DELETE", `/api/user-groups/${id}`);
  for (const id of [webClientId, ...NATIVE_CLIENTS.map(({ clientId }) => clientId)]) {
    await server.call("DELETE", `/api/oidc/clients/${id}`);
  }
  await server.close();
});

test("the preview names the client ID that logins use today, and what becomes of the claims", async () => {
  const { text } = await stack.preview();
  expect(text).toContain("claims of user group 'ocisAdmin': adopted, nothing to change");
  expect(text).toContain(
    `claims of user group 'ocisGuest': adopted, will change: roles ["opencloudGuest"] -> ["opencloudGuest","ocisGuest"]`,
  );
  expect(text).toMatch(new RegExp(`clientId *: "${webClientId}"`));
});

test("one setting takes it over: all IDs stay, the native clients get closed, and the next preview is empty", async () => {
  await stack.up();
  expect(await stack.outputs()).toMatchObject({ clientId: webClientId, groupIds: groups });
  for (const { clientId, callbackUrls } of NATIVE_CLIENTS) {
    const { body } = await server.call("GET", `/api/oidc/clients/${clientId}`);
    expect(body).toMatchObject({ isGroupRestricted: true, callbackURLs: [...callbackUrls].sort() });
  }
  expect((await stack.preview()).changes).toEqual({ same: 16 });
  expect((await stack.preview({ refresh: true })).changes).toEqual({ same: 16 });
});

test.each([
  ["admin", '["ocisAdmin","opencloudAdmin"]'],
  ["user", "ocisUser"],
  ["guest", '["opencloudGuest","ocisGuest"]'],
])("other people's claims and values of the %s group are kept", async (role, value) => {
  const { body } = await server.call<{ customClaims: unknown[] }>(
    "GET",
    `/api/user-groups/${groups[role] ?? ""}`,
  );
  expect(body.customClaims).toEqual([
    { key: "roles", value },
    { key: "theirs", value: "kept" },
  ]);
});

test("without the setting, later, nothing changes", async () => {
  await stack.setConfig({ "ocis-pocket-id:adopt": { value: "never" } });
  expect((await stack.preview()).changes).toEqual({ same: 16 });
});

test("destroy leaves in place what it did not make", async () => {
  await stack.destroy();
  expect((await server.call("GET", `/api/user-groups/${groups["admin"] ?? ""}`)).status).toBe(200);
  expect((await server.call("GET", `/api/oidc/clients/${webClientId}`)).status).toBe(200);
});
