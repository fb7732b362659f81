import { argumentProblems, type OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import * as pulumi from "@pulumi/pulumi";
import { children, component, inputsOf, valueOf } from "./component-children";

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

  children.length = 0;
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
