import {
  argumentProblems,
  OcisWithPocketId,
  type OcisWithPocketIdArgs,
  SettingsError,
} from "@ocis-pocket-id/components";
import { PocketIdProvider } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { type Emulator, startEmulator } from "../../emulator";

/**
 * The children of the component and their exact inputs, with mocks in the engine's place. That they make what they say, and
 * that the engine keeps it so, is shown in tests/engine.
 */
interface Child {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

let pocketId: Emulator;
let children: Child[];

beforeAll(async () => {
  pocketId = await startEmulator({ issuer: "https://pocket-id.company.com" });
});
afterAll(() => pocketId.close());
beforeEach(async () => {
  children = [];
  const mocks: pulumi.runtime.Mocks = {
    newResource({ type, name, inputs }) {
      const { __provider, ...rest } = inputs as Record<string, unknown>;
      if (__provider !== undefined) children.push({ type: type.replace(/^.*:/, ""), name, inputs: rest });
      // As `check` does it: a default ID is the ID of a new client.
      const clientId = rest["clientId"] ?? rest["defaultClientId"] ?? "made-by-pocket-id";
      return { id: `id-of-${name}`, state: { ...rest, clientId } };
    },
    call: () => ({}),
  };
  await pulumi.runtime.setMocks(mocks, "project", "stack", false);
});

const valueOf = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

async function component(args: OcisWithPocketIdArgs): Promise<OcisWithPocketId> {
  const provider = new PocketIdProvider("company", { url: pocketId.url, apiKey: pocketId.apiKey });
  const ocis = new OcisWithPocketId(
    "ocis",
    { target: { type: "bundle" }, ...args },
    { providers: [provider] },
  );
  await valueOf(pulumi.all([ocis.environment, ocis.groupIds, ocis.nativeClientIds, ocis.deployment]));
  return ocis;
}

const inputsOf = (type: string) =>
  Object.fromEntries(
    children.filter((child) => child.type === type).map(({ name, inputs }) => [name, inputs]),
  );

const ALL_GROUPS = ["id-of-ocis-admin", "id-of-ocis-spaceAdmin", "id-of-ocis-user", "id-of-ocis-guest"];
const CLOSED = {
  isPublic: true,
  firstParty: false,
  omitted: "reset",
  allowedUserGroupIds: ALL_GROUPS,
  allowedUserGroupsMode: "exact",
  adopt: "never",
};

test("a domain alone gives the whole guide", async () => {
  const ocis = await component({ domain: "company.com" });
  expect(inputsOf("UserGroup")).toEqual({
    "ocis-admin": { name: "ocisAdmin", friendlyName: "ocis admin users group", adopt: "never" },
    "ocis-spaceAdmin": {
      name: "ocisSpaceAdmin",
      friendlyName: "ocis space admin user group",
      adopt: "never",
    },
    "ocis-user": { name: "ocisUser", friendlyName: "ocis user group", adopt: "never" },
    "ocis-guest": { name: "ocisGuest", friendlyName: "ocis guest group", adopt: "never" },
  });
  const claim = (role: string, value: string, ...higher: string[]) => ({
    groupId: `id-of-ocis-${role}`,
    groupName: value,
    claims: [{ key: "roles", value, ...(higher.length === 0 ? {} : { excludes: higher }) }],
    mode: "include",
    valueMode: "accept",
    adopt: "never",
  });
  expect(inputsOf("CustomClaims")).toEqual({
    "ocis-admin": claim("admin", "ocisAdmin"),
    "ocis-spaceAdmin": claim("spaceAdmin", "ocisSpaceAdmin", "ocisAdmin"),
    "ocis-user": claim("user", "ocisUser", "ocisAdmin", "ocisSpaceAdmin"),
    "ocis-guest": claim("guest", "ocisGuest", "ocisAdmin", "ocisSpaceAdmin", "ocisUser"),
  });
  expect(inputsOf("UserGroupMembers")).toEqual({});
  expect(inputsOf("OidcClient")).toEqual({
    "ocis-web": {
      name: "ocis",
      defaultClientId: "ocis.company.com",
      callbackUrls: [
        "https://ocis.company.com/",
        "https://ocis.company.com/oidc-callback.html",
        "https://ocis.company.com/oidc-silent-redirect.html",
      ],
      logoutCallbackUrls: ["https://ocis.company.com/"],
      launchUrl: "https://ocis.company.com",
      ...CLOSED,
      firstParty: true,
    },
    "ocis-desktop": {
      name: "ownCloud Desktop Client",
      otherNames: ["Desktop Client", "ownCloud Desktop"],
      clientId: "xdXOt13JKxym1B1QcEncf2XDkLAexMBFwiT9j6EfhhHFJhs2KM9jbjTmf8JBXE69",
      callbackUrls: ["http://127.0.0.1:*", "http://localhost:*"],
      ...CLOSED,
    },
    "ocis-ios": {
      name: "ownCloud ios Client",
      otherNames: ["ocis ios Client", "ownCloud iOS Client", "ownCloud iOS"],
      clientId: "mxd5OQDk6es5LzOzRvidJNfXLUZS2oN3oUFeXPP8LpPrhx3UroJFduGEYIBOxkY1",
      callbackUrls: ["oc://ios.owncloud.com"],
      ...CLOSED,
    },
    "ocis-android": {
      name: "ownCloud Android Client",
      otherNames: ["ocis Android Client", "ownCloud Android"],
      clientId: "e4rAsNUSIUs0lF4nbv9FmCeUkTlV9GdgTLDH1b5uie7syb90SzEVrbN7HIpmWJeD",
      callbackUrls: ["oc://android.owncloud.com"],
      ...CLOSED,
    },
  });
  expect(await valueOf(ocis.clientId)).toBe("ocis.company.com");
  expect(await valueOf(ocis.environment)).toMatchObject({
    OCIS_URL: "https://ocis.company.com",
    OCIS_OIDC_ISSUER: "https://pocket-id.company.com",
    WEB_OIDC_CLIENT_ID: "ocis.company.com",
  });
});

test("a chosen client ID is fixed, and a generated one is left to Pocket ID", async () => {
  await component({ domain: "company.com", webClientId: "chosen" });
  expect(inputsOf("OidcClient")["ocis-web"]).toMatchObject({ clientId: "chosen" });
  children = [];
  const ocis = await component({ domain: "company.com", webClientId: "generated" });
  expect(inputsOf("OidcClient")["ocis-web"]).not.toHaveProperty("defaultClientId");
  expect(await valueOf(ocis.environment)).toMatchObject({ WEB_OIDC_CLIENT_ID: "made-by-pocket-id" });
});

test("an existing group is referred to, and only its claim is ours", async () => {
  const answer = await fetch(`${pocketId.url}/api/user-groups`, {
    method: "POST",
    headers: { "X-API-KEY": pocketId.apiKey, "Content-Type": "application/json" },
    body: JSON.stringify({ name: "it-staff", friendlyName: "IT" }),
  });
  const { id } = (await answer.json()) as { id: string };
  const ocis = await component({ domain: "company.com", groups: { admin: { existing: "it-staff" } } });
  expect(inputsOf("UserGroup")).not.toHaveProperty("ocis-admin");
  expect(inputsOf("CustomClaims")["ocis-admin"]).toMatchObject({ groupId: id, adopt: "ifExists" });
  expect(await valueOf(ocis.groupIds)).toMatchObject({ admin: id });
});

test("a role without members is not managed, an empty list means nobody", async () => {
  await component({ domain: "company.com", members: { admin: ["alice"], guest: [] } });
  expect(inputsOf("UserGroupMembers")).toEqual({
    "ocis-admin": { groupId: "id-of-ocis-admin", groupName: "ocisAdmin", members: ["alice"] },
    "ocis-guest": { groupId: "id-of-ocis-guest", groupName: "ocisGuest", members: [] },
  });
});

test("native clients, claim key and adoption are the program's choice", async () => {
  const ocis = await component({
    domain: "company.com",
    nativeClients: "none",
    claimKey: "ocis",
    shareClaim: true,
    adopt: "ifExists",
  });
  expect(Object.keys(inputsOf("OidcClient"))).toEqual(["ocis-web"]);
  expect(inputsOf("UserGroup")["ocis-user"]).toMatchObject({ adopt: "ifExists" });
  expect(inputsOf("CustomClaims")["ocis-user"]).toMatchObject({
    claims: [{ key: "ocis", value: "ocisUser" }],
    valueMode: "include",
  });
  expect(await valueOf(ocis.environment)).toMatchObject({ PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM: "ocis" });
});

test("native clients of another stack are joined from the groups' side, and shared ones leave others alone", async () => {
  const NATIVE = [
    "e4rAsNUSIUs0lF4nbv9FmCeUkTlV9GdgTLDH1b5uie7syb90SzEVrbN7HIpmWJeD",
    "mxd5OQDk6es5LzOzRvidJNfXLUZS2oN3oUFeXPP8LpPrhx3UroJFduGEYIBOxkY1",
    "xdXOt13JKxym1B1QcEncf2XDkLAexMBFwiT9j6EfhhHFJhs2KM9jbjTmf8JBXE69",
  ];
  const ocis = await component({ domain: "company.com", nativeClients: "attach" });
  expect(Object.keys(inputsOf("OidcClient"))).toEqual(["ocis-web"]);
  const joined = inputsOf("AllowedOidcClients");
  expect(Object.keys(joined)).toEqual(["ocis-admin", "ocis-spaceAdmin", "ocis-user", "ocis-guest"]);
  expect(joined["ocis-user"]?.["groupId"]).toBe("id-of-ocis-user");
  expect([...(joined["ocis-user"]?.["clientIds"] as string[])].sort()).toEqual(NATIVE);
  expect(Object.values(await valueOf(ocis.nativeClientIds)).sort()).toEqual(NATIVE);

  children = [];
  await component({ domain: "company.com", nativeClients: "share" });
  expect(inputsOf("OidcClient")["ocis-ios"]).toMatchObject({ allowedUserGroupsMode: "include" });
  expect(inputsOf("OidcClient")["ocis-web"]).toMatchObject({ allowedUserGroupsMode: "exact" });
});

test("callback URLs of branded apps stand beside the built-in ones", async () => {
  const more = pulumi.output(["oc.ios://ios.owncloud.com"]);
  await component({ domain: "company.com", nativeCallbackUrls: { ios: more, android: ["company://app"] } });
  const clients = inputsOf("OidcClient");
  expect(clients["ocis-ios"]).toMatchObject({
    callbackUrls: ["oc://ios.owncloud.com", "oc.ios://ios.owncloud.com"],
  });
  expect(clients["ocis-android"]).toMatchObject({
    callbackUrls: ["oc://android.owncloud.com", "company://app"],
  });
  expect(clients["ocis-desktop"]).toMatchObject({
    callbackUrls: ["http://127.0.0.1:*", "http://localhost:*"],
  });
});

test.each<[Partial<OcisWithPocketIdArgs>, string, string]>([
  [{ nativeCallbackUrls: { ios: ["/path"] } }, "nativeCallbackUrls.ios.0", "'/path' has no scheme"],
  [
    { nativeCallbackUrls: { ios: ["oc.ios://ios.owncloud.com"] }, nativeClients: "attach" },
    "nativeCallbackUrls",
    "has no effect with nativeClients 'attach'",
  ],
])("%j is a problem of the arguments", (args, field, message) => {
  expect(argumentProblems({ domain: "company.com", ...args })).toEqual([
    { field, message: expect.stringContaining(message) as string },
  ]);
});

test("all problems of the arguments are thrown at once, before any resource is made", () => {
  const args = { domain: "https://company.com", claimKey: "sub", extraEnvironment: { "no name": "x" } };
  expect(() => new OcisWithPocketId("ocis", args)).toThrow(SettingsError);
  expect(argumentProblems(args).map(({ field }) => field)).toEqual([
    "domain",
    "claimKey",
    "extraEnvironment.no name",
  ]);
  expect(children).toEqual([]);
});

test("what people see when they sign in, and how long tokens live, are arguments", async () => {
  await component({
    domain: "company.com",
    webClientName: "Company Files",
    webClientDescription: "Our files",
    skipConsent: false,
    accessTokenDurationMinutes: 30,
    refreshTokenDurationMinutes: 1440,
  });
  const all = { skipConsent: false, accessTokenDurationMinutes: 30, refreshTokenDurationMinutes: 1440 };
  const clients = inputsOf("OidcClient");
  expect(clients["ocis-web"]).toMatchObject({ name: "Company Files", description: "Our files", ...all });
  expect(clients["ocis-ios"]).toMatchObject({ name: "ownCloud ios Client", ...all });
  expect(clients["ocis-ios"]).not.toHaveProperty("description");
});

test.each([
  ["owncloud/ocis:8.2.0", true],
  ["owncloud/ocis-rolling:9", true],
  ["owncloud/ocis:8.1.0", false],
  ["owncloud/ocis:8", false],
  ["owncloud/ocis:latest", false],
  [undefined, false],
])("oCIS %s refuses tokens of other applications: %s", async (image, does) => {
  const target = { type: "bundle" as const, ...(image === undefined ? {} : { image }) };
  const ocis = await component({ domain: "company.com", target });
  const environment = await valueOf(ocis.environment);
  const apps = Object.values(await valueOf(ocis.nativeClientIds));
  expect(apps).toHaveLength(3);
  const all = [environment["WEB_OIDC_CLIENT_ID"], ...apps].join(",");
  expect(environment["PROXY_OIDC_ACCESS_TOKEN_VERIFY_AUD"]).toBe(does ? all : undefined);
});
