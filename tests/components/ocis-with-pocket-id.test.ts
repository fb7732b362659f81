import { argumentProblems, OcisWithPocketId, SettingsError } from "@ocis-pocket-id/components";
import { children, component, inputsOf, pocketId, valueOf } from "./component-children";

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
  children.length = 0;
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
