import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { type EngineStack, engineStack } from "../support/engine";

/** That each list of Pocket ID, and each entry of a shared one, has one owner in a program. */
let server: Emulator;
let stack: EngineStack;

beforeAll(async () => {
  server = await startEmulator();
  for (const username of ["alice", "bob"]) server.addUser({ username });
  stack = await engineStack("ocis-pocket-id", () => Promise.resolve());
  await stack.setConfig({
    "pocketid:url": { value: server.url },
    "pocketid:apiKey": { value: server.apiKey, secret: true },
  });
});
afterAll(async () => {
  await stack.remove();
  await server.close();
});

const run = (operation: "preview" | "up", declarations: string) => {
  const file = join(stack.directory, "owners.cjs");
  writeFileSync(
    file,
    `const { AllowedOidcClients, CustomClaims, OidcClient, PocketIdProvider, UserGroup, UserGroupMembers } =
      require("@ocis-pocket-id/providers");
    const pulumi = require("@pulumi/pulumi");
    module.exports = () => {
      const staff = new UserGroup("staff", { name: "staff" });
      const guests = new UserGroup("guests", { name: "guests" });
      const web = { name: "web", clientId: "web" };
      ${declarations}
    };`,
  );
  return stack.programFailure(operation, file);
};

test.each([
  [
    "members",
    `new UserGroupMembers("a", { groupId: staff.id, members: ["alice"] });
    new UserGroupMembers("b", { groupId: staff.id, members: ["bob"], mode: "include" });`,
    "UserGroupMembers 'a' and UserGroupMembers 'b' both own the members of user group",
  ],
  [
    "a member of two shared lists",
    `new UserGroupMembers("a", { groupId: staff.id, members: ["alice"], mode: "include" });
    new UserGroupMembers("b", { groupId: staff.id, members: ["bob", "alice"], mode: "include" });`,
    "UserGroupMembers 'a' and UserGroupMembers 'b' both own the members of user group",
  ],
  [
    "claims of a group",
    `new CustomClaims("a", { groupId: staff.id, claims: [{ key: "a", value: 1 }] });
    new CustomClaims("b", { groupId: staff.id, claims: [{ key: "b", value: 1 }], mode: "include" });`,
    "CustomClaims 'a' and CustomClaims 'b' both own the claims of group",
  ],
  [
    "a claim of a user, whose ID is text once and an output once",
    `const claims = [{ key: "a", value: 1 }];
    new CustomClaims("a", { userId: "u", claims, mode: "include" });
    new CustomClaims("b", { userId: pulumi.output("u"), claims: pulumi.output(claims), mode: "include" });`,
    "CustomClaims 'a' and CustomClaims 'b' both own the claims of user u",
  ],
  [
    "allowed groups, from both sides",
    `const client = new OidcClient("web", { ...web, allowedUserGroupIds: [staff.id] });
    new AllowedOidcClients("guests", { groupId: guests.id, clientIds: [client.id] });`,
    "OidcClient 'web' and AllowedOidcClients 'guests' both own the allowed groups of client",
  ],
  [
    "an allowed group of a client that is named",
    `new AllowedOidcClients("a", { groupId: guests.id, clientIds: ["ios", "android"] });
    new AllowedOidcClients("b", { groupId: guests.id, clientIds: ["android"] });`,
    "AllowedOidcClients 'a' and AllowedOidcClients 'b' both own the allowed groups of client",
  ],
  [
    "a client",
    `new OidcClient("a", { ...web, restricted: false });
    new OidcClient("b", { ...web, name: "other", restricted: false });`,
    "OidcClient 'a' and OidcClient 'b' both own the client",
  ],
])("%s: a second owner is refused at preview", async (_what, declarations, line) => {
  const text = await run("preview", declarations);
  expect(text).toContain(line);
  expect(text).toMatch(/both own [^:]+: put all of them into one resource/);
  expect(text).not.toMatch(/^ +at /m);
});

test("a secret name isn't printed", async () => {
  const text = await run(
    "preview",
    `const id = () => pulumi.secret("hush-hush");
    new OidcClient("a", { name: "a", clientId: id(), restricted: false });
    new OidcClient("b", { name: "b", clientId: id(), restricted: false });`,
  );
  expect(text).toContain("both own the client: put all");
  expect(text).not.toContain("hush-hush");
});

test("other entries, other lists, and the same IDs on another Pocket ID are fine", async () => {
  const text = await run(
    "preview",
    `new UserGroupMembers("a", { groupId: staff.id, members: ["alice"], mode: "include" });
    new UserGroupMembers("b", { groupId: staff.id, members: ["bob"], mode: "include" });
    new CustomClaims("a", { groupId: staff.id, claims: [{ key: "a", value: 1 }], mode: "include" });
    new CustomClaims("b", { groupId: staff.id, claims: [{ key: "b", value: 1 }], mode: "include" });
    const shared = { ...web, allowedUserGroupsMode: "include" };
    const client = new OidcClient("web", { ...shared, allowedUserGroupIds: [staff.id] });
    new AllowedOidcClients("guests", { groupId: guests.id, clientIds: [client.id] });
    const provider = new PocketIdProvider("other", { url: "${server.url}", apiKey: "${server.apiKey}" });
    new OidcClient("other", { ...shared, allowedUserGroupIds: ["some-group"] }, { provider });
    throw new Error("the end of the program");`,
  );
  expect(text).toContain("the end of the program");
  expect(text).not.toContain("both own");
});
