import { NATIVE_CLIENTS, ROLES } from "@ocis-pocket-id/components";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { startEmulator, type Emulator } from "../../emulator";
import { caller, type PocketIdUnderTest } from "../support/pocket-id";
import { dryRun, folder, run, SETUPS } from "./import-run";

describe("with Pocket ID", () => {
  let emulator: Emulator;
  let call: PocketIdUnderTest["call"];
  let variables: Record<string, string>;
  const clientId = "5e9d7c1a-0c55-4f0e-9d6c-3b6f0e6a1b11";
  const created = async (path: string, body: object) =>
    (await call<{ id: string }>("POST", path, body)).body.id;

  beforeAll(async () => {
    emulator = await startEmulator();
    call = caller(emulator);
    variables = { POCKET_ID_URL: emulator.url, POCKET_ID_API_KEY: emulator.apiKey };
    const users: string[] = [];
    for (const username of ["alice", "uma", "leo", "mia"]) {
      const names = { username, firstName: username, lastName: "", displayName: username };
      users.push(await created("/api/users", { ...names, email: `${username}@company.test` }));
    }
    // The admins' group has a name of its own, the guests' lacks the claim, and two groups are of users.
    for (const [name, value, members] of [
      ["it-staff", "ocisAdmin", [users[0]]],
      ["ocisSpaceAdmin", '["ocisSpaceAdmin","other"]', []],
      ["ocisUser", "ocisUser", [users[1]]],
      ["more-users", "ocisUser", []],
      ["ocisGuest", undefined, []],
    ] as const) {
      const friendlyName = ROLES.find(({ groupName }) => groupName === name)?.friendlyName ?? name;
      const id = await created("/api/user-groups", { name, friendlyName });
      if (value) await call("PUT", `/api/custom-claims/user-group/${id}`, [{ key: "roles", value }]);
      await call("PUT", `/api/user-groups/${id}/users`, { userIds: members });
    }
    await created("/api/oidc/clients", {
      ...{ id: clientId, name: "Company Cloud", isPublic: true },
      callbackURLs: ["https://ocis.company.test/oidc-callback.html", "https://old.company.test/*"],
    });
    const [desktop] = NATIVE_CLIENTS;
    await created("/api/oidc/clients", {
      ...{ id: desktop?.clientId, name: desktop?.name, isPublic: true },
      callbackURLs: ["http://127.0.0.1:*", "http://127.0.0.1:8080/own"],
    });
    emulator.requests.length = 0;
  });
  afterAll(() => emulator.close());

  test("groups, members and clients are imported, and nothing is changed", async () => {
    const { report } = await dryRun("guide-caddy", variables, true);
    expect(report.config).toMatchObject({
      "ocis-pocket-id:existingGroups": { admin: "it-staff" },
      "ocis-pocket-id:members": { admin: ["alice"], spaceAdmin: [], user: ["uma"], guest: [] },
      "ocis-pocket-id:webClientName": "Company Cloud",
      "ocis-pocket-id:nativeCallbackUrls": { desktop: ["http://127.0.0.1:8080/own"] },
      "pocketid:url": emulator.url,
    });
    expect(report.differences).toEqual([
      expect.stringContaining("and this Pocket ID's is"),
      "more-users gives the role ocisUser too, and a role has one group: move its people to ocisUser, or they can't log in any more",
      "group ocisGuest lacks the claim roles = ocisGuest",
      "the web client lacks the callback URLs https://ocis.company.test/, https://ocis.company.test/oidc-silent-redirect.html",
      "the ios app has no client: 'ownCloud ios Client' is created",
      "the android app has no client: 'ownCloud Android Client' is created",
    ]);
    expect(report.changes).toEqual(
      expect.arrayContaining([
        "the web client loses the callback URLs https://old.company.test/*",
        "only people in the four groups can log in, now everybody in Pocket ID can",
      ]),
    );
    expect(report.byHand).toEqual([
      "2 of 4 people in Pocket ID are in none of the four groups, and can't log in after up: list them under `members`, or " +
        "put them in a group (leo, mia)",
    ]);
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  test("people who can't log in now either aren't reported", async () => {
    await call("PUT", `/api/oidc/clients/${clientId}`, {
      ...{ name: "Company Cloud", isPublic: true, isGroupRestricted: true },
      callbackURLs: ["https://ocis.company.test/oidc-callback.html", "https://old.company.test/*"],
    });
    expect((await dryRun("guide-caddy", variables)).report.byHand).toEqual([]);
  });

  test("a person in two groups is reported, and no members of these are imported", async () => {
    const { body } = await call<{ data: { id: string; name: string }[] }>("GET", "/api/user-groups");
    const guests = body.data.find(({ name }) => name === "ocisGuest")?.id ?? "";
    const people = await call<{ data: { id: string; username: string }[] }>("GET", "/api/users");
    const uma = people.body.data.find(({ username }) => username === "uma")?.id;
    await call("PUT", `/api/user-groups/${guests}/users`, { userIds: [uma] });
    const { report } = await dryRun("guide-caddy", variables, true);
    expect(report.config["ocis-pocket-id:members"]).toEqual({ admin: ["alice"], spaceAdmin: [] });
    expect(report.byHand).toEqual([expect.stringContaining("uma is in the groups of user and guest")]);
  });

  test("a key without an address is sent nowhere", async () => {
    const asked = run(
      { compose: [join(SETUPS, "guide-caddy")], "dry-run": true },
      { POCKET_ID_API_KEY: "key-of-nobody-0123456789" },
    );
    await expect(asked).rejects.toThrow("POCKET_ID_API_KEY is set without POCKET_ID_URL");
    expect(existsSync(join(folder, "Pulumi.company.yaml"))).toBe(false);
  });
});
