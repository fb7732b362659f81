import type { ConfigMap } from "@pulumi/pulumi/automation";
import { NATIVE_CLIENTS } from "@ocis-pocket-id/components";
import program from "../../index";
import { engineStack, type EngineStack } from "../support/engine";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";
import { companyConfig } from "../support/example-company";

/** Companies on one Pocket ID: none disturbs another, and those of one product use the one set of native clients. */
let server: PocketIdUnderTest;
let first: EngineStack;
let second: EngineStack;
let cloud: EngineStack;

const company = async (name: string, more: ConfigMap): Promise<EngineStack> => {
  const stack = await engineStack("ocis-pocket-id", program);
  const groupNames = Object.fromEntries(
    ["admin", "spaceAdmin", "user", "guest"].map((role) => [role, `${name}-${role}`]),
  );
  await stack.setConfig({
    ...(await companyConfig(server)),
    "ocis-pocket-id:ocisHost": { value: `ocis.${name}.test` },
    "ocis-pocket-id:bundleDirectory": { value: `${stack.directory}/bundle` },
    "ocis-pocket-id:groupNames": { value: JSON.stringify(groupNames) },
    "ocis-pocket-id:claimKey": { value: `${name}_roles` },
    ...more,
  });
  return stack;
};

beforeAll(async () => {
  server = await pocketIdUnderTest();
  first = await company("north", { "ocis-pocket-id:nativeClients": { value: "share" } });
  second = await company("south", { "ocis-pocket-id:nativeClients": { value: "attach" } });
  // With its own defaults: an OpenCloud needs no other names beside an oCIS.
  cloud = await engineStack("ocis-pocket-id", program);
  await cloud.setConfig({
    ...(await companyConfig(server)),
    "ocis-pocket-id:product": { value: "opencloud" },
    "ocis-pocket-id:ocisHost": { value: "files.north.test" },
    "ocis-pocket-id:bundleDirectory": { value: `${cloud.directory}/bundle` },
  });
});
afterAll(async () => {
  await cloud.remove();
  await second.remove();
  await first.remove();
  await server.close();
});

/** Names of the groups whose members may use the iOS app. */
async function allowedOnPhones(): Promise<string[]> {
  const [, ios] = NATIVE_CLIENTS;
  const path = `/api/oidc/clients/${ios?.clientId ?? ""}`;
  const { body } = await server.call<{ allowedUserGroups: { name: string }[] }>("GET", path);
  return body.allowedUserGroups.map(({ name }) => name).sort();
}

const groupsOf = (name: string) => ["admin", "guest", "spaceAdmin", "user"].map((role) => `${name}-${role}`);

test("both come up, and the people of both may use the native apps", async () => {
  await first.up();
  await second.up();
  expect(await allowedOnPhones()).toEqual([...groupsOf("north"), ...groupsOf("south")]);
});

test("neither sees the other as drift, and an up of one leaves the other alone", async () => {
  for (const stack of [first, second]) {
    const { changes } = await stack.preview({ refresh: true });
    expect(Object.keys(changes)).toEqual(["same"]);
  }
  await first.setConfig({ "ocis-pocket-id:ocisHost": { value: "files.north.test" } });
  await first.up({ refresh: true });
  expect(await allowedOnPhones()).toEqual([...groupsOf("north"), ...groupsOf("south")]);
});

test("OpenCloud beside oCIS: a person has a role in each, and neither is drift of the other", async () => {
  const username = uniqueName("alice");
  const person = { username, firstName: "Alice", lastName: "", displayName: "Alice" };
  const email = `${username}@company.test`;
  const { body } = await server.call<{ id: string }>("POST", "/api/users", { ...person, email });
  const members = (byRole: Record<string, string[]>) => ({
    "ocis-pocket-id:members": { value: JSON.stringify(byRole) },
  });
  await first.setConfig(members({ admin: [username] }));
  await cloud.setConfig(members({ guest: [username] }));
  const { text } = await cloud.preview();
  expect(text).not.toContain("is given by other groups too");
  await cloud.up();
  await first.up();
  for (const clientId of ["files.north.test", "OpenCloudIOS", "OpenCloudDesktop", "OpenCloudAndroid"]) {
    const path = `/api/oidc/clients/${clientId}/preview/${body.id}?scopes=openid%20profile`;
    const preview = await server.call<{ userInfo: object }>("GET", path);
    expect(preview.body.userInfo).toMatchObject({
      north_roles: "ocisAdmin",
      opencloud_role: "opencloudGuest",
    });
  }
  for (const stack of [first, cloud]) {
    expect(Object.keys((await stack.preview({ refresh: true })).changes)).toEqual(["same"]);
  }
  const state = JSON.stringify(JSON.parse(cloud.state()));
  expect(state).toContain("OcisWithPocketId::opencloud");
  expect(state).toContain("PROXY_CSP_CONFIG_FILE_OVERRIDE_LOCATION=/etc/opencloud/csp.yaml");

  await cloud.destroy();
  expect(Object.keys((await first.preview({ refresh: true })).changes)).toEqual(["same"]);
});

test("a group that lost the apps by hand is seen, and gets them back", async () => {
  const { body } = await server.call<{ data: { id: string }[] }>("GET", "/api/user-groups?search=south-user");
  const id = body.data[0]?.id ?? "";
  await server.call("PUT", `/api/user-groups/${id}/allowed-oidc-clients`, {
    oidcClientIds: ["ocis.south.test"],
  });
  const preview = await second.preview({ refresh: true });
  expect(preview.text).toMatch(/~ .*AllowedOidcClients ocis-user update.*clientIds/);
  await second.up({ refresh: true });
  expect(await allowedOnPhones()).toEqual([...groupsOf("north"), ...groupsOf("south")]);
});

test("the same claim in both is warned of at preview, with the reason", async () => {
  expect((await second.preview()).text).not.toContain("is given by other groups too");
  await second.setConfig({ "ocis-pocket-id:claimKey": { value: "north_roles" } });
  const { text } = await second.preview();
  expect(text).toMatch(
    /warning: the claim 'north_roles' is given by other groups too: .*'north-user' \(ocisUser\).* one value, by the groups' random IDs/,
  );
  expect(text).not.toContain("'south-user' (");
  await second.setConfig({ "ocis-pocket-id:claimKey": { value: "south_roles" } });
});

test("destroying one company leaves the other whole", async () => {
  await second.destroy();
  expect(await allowedOnPhones()).toEqual(groupsOf("north"));
  expect(Object.keys((await first.preview({ refresh: true })).changes)).toEqual(["same"]);
  await first.destroy();
});
