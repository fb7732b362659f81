import type { ConfigMap } from "@pulumi/pulumi/automation";
import { NATIVE_CLIENTS } from "@ocis-pocket-id/components";
import program from "../../index";
import { engineStack, type EngineStack } from "../support/engine";
import { type PocketIdUnderTest, pocketIdUnderTest } from "../support/pocket-id";
import { companyConfig } from "../support/example-company";

/** Two companies on one Pocket ID: neither disturbs the other, and both use the one set of native clients. */
let server: PocketIdUnderTest;
let first: EngineStack;
let second: EngineStack;

const company = async (name: string, more: ConfigMap): Promise<EngineStack> => {
  const stack = await engineStack("ocis-pocket-id", () => Promise.resolve(program()));
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
});
afterAll(async () => {
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
