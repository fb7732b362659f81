import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type ExampleCompany, exampleCompany, type Role } from "../engine/example-company";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";
import { changedByPreview, findingsOf, type Report, runDrift } from "./drift-run";

/** Hand edits in Pocket ID and on disk, one by one, on a stack that a real `up` has made: each found and named, and mended. */
const WEB = "ocis.company.test";
const DESKTOP = "xdXOt13JKxym1B1QcEncf2XDkLAexMBFwiT9j6EfhhHFJhs2KM9jbjTmf8JBXE69";
const IOS = "mxd5OQDk6es5LzOzRvidJNfXLUZS2oN3oUFeXPP8LpPrhx3UroJFduGEYIBOxkY1";
const WEB_WORDS = `client ocis (${WEB})`;
const DESKTOP_WORDS = "client ownCloud Desktop Client (xdXOt13J…)";
const IOS_WORDS = "client ownCloud ios Client (mxd5OQDk…)";

let server: PocketIdUnderTest;
let company: ExampleCompany;
let ids: Record<Role, string>;

/** Bodies of clients and texts of files as `up` made them. */
const clients = new Map<string, object>();
const files = new Map<string, string>();

beforeAll(async () => {
  server = await pocketIdUnderTest();
  company = await exampleCompany(server);
  ids = (await company.stack.up()).outputs["groupIds"] as Record<Role, string>;
  for (const id of [WEB, DESKTOP, IOS]) {
    clients.set(id, (await server.call<object>("GET", `/api/oidc/clients/${id}`)).body);
  }
  for (const name of readdirSync(company.bundle)) files.set(name, readFileSync(file(name), "utf8"));
});
afterAll(async () => {
  await company.stack.destroy();
  await company.remove();
  await server.close();
});

const drift = (...options: string[]) => runDrift(company.stack, options);
const group = (role: Role, names: object) => server.call("PUT", `/api/user-groups/${ids[role]}`, names);
const claims = (role: Role, list: object[]) =>
  server.call("PUT", `/api/custom-claims/user-group/${ids[role]}`, list);
const members = (role: Role, userIds: string[]) =>
  server.call("PUT", `/api/user-groups/${ids[role]}/users`, { userIds });
const allowed = (client: string, userGroupIds: string[]) =>
  server.call("PUT", `/api/oidc/clients/${client}/allowed-user-groups`, { userGroupIds });
async function client(id: string, edit: object): Promise<void> {
  const { body } = await server.call<object>("GET", `/api/oidc/clients/${id}`);
  const { status } = await server.call("PUT", `/api/oidc/clients/${id}`, { ...body, ...edit });
  expect(status).toBe(200);
}
const file = (name: string) => path.join(company.bundle, name);
const callbacks = (...more: string[]) => ["http://127.0.0.1:*", "http://localhost:*", ...more];

interface Edit {
  /** What somebody does. */
  readonly name: string;
  readonly make: () => unknown;
  /** Every line that must be found, and no other. */
  readonly found: () => string[];
  /** @default what is still there is written back as it was */
  readonly undo?: () => Promise<unknown>;
}

const ROLES = {
  admin: ["ocisAdmin", "ocis admin users group"],
  spaceAdmin: ["ocisSpaceAdmin", "ocis space admin user group"],
  user: ["ocisUser", "ocis user group"],
  guest: ["ocisGuest", "ocis guest group"],
} as const;

/** Writes back what edits have changed, without the engine, which takes longer. */
async function restore(): Promise<void> {
  for (const [role, [name, friendlyName]] of Object.entries(ROLES) as [Role, readonly [string, string]][]) {
    await group(role, { name, friendlyName });
    await claims(role, [{ key: "roles", value: name }]);
    await members(role, [company.people[role].id]);
  }
  for (const [id, body] of clients) {
    await server.call("PUT", `/api/oidc/clients/${id}`, body);
    await allowed(id, Object.values(ids));
  }
  mkdirSync(company.bundle, { recursive: true });
  for (const [name, text] of files) writeFileSync(file(name), text);
}

/** What is gone is made again by the engine, as `drift` says. */
async function upRefresh(): Promise<void> {
  ids = (await company.stack.up({ refresh: true })).outputs["groupIds"] as Record<Role, string>;
}

const EDITS: readonly Edit[] = [
  {
    name: "a friendly name is changed",
    make: () => group("admin", { name: "ocisAdmin", friendlyName: "Bosses" }),
    found: () => ["group ocisAdmin: friendly name is 'Bosses', should be 'ocis admin users group'"],
  },
  {
    name: "a group is renamed",
    make: () => group("guest", { name: "visitors", friendlyName: "ocis guest group" }),
    found: () => ["group ocisGuest: name is 'visitors', should be 'ocisGuest'"],
  },
  {
    name: "a claim is changed",
    make: () => claims("user", [{ key: "roles", value: "user" }]),
    found: () => ["group ocisUser: claim roles is 'user', should be 'ocisUser'"],
  },
  {
    name: "a claim is removed",
    make: () => claims("spaceAdmin", []),
    found: () => ["group ocisSpaceAdmin: claim roles was removed, should be 'ocisSpaceAdmin'"],
  },
  {
    name: "a claim is put under another key",
    make: () => claims("guest", [{ key: "role", value: "ocisGuest" }]),
    found: () => [
      "group ocisGuest: claim roles was removed, should be 'ocisGuest'",
      "group ocisGuest: claim role = 'ocisGuest' was added, and no stack manages it",
    ],
  },
  {
    name: "a member is added",
    make: () => members("admin", [company.people.admin.id, company.people.user.id]),
    found: () => [`group ocisAdmin: member '${company.people.user.username}' was added`],
  },
  {
    name: "a member is removed",
    make: () => members("user", []),
    found: () => [`group ocisUser: member '${company.people.user.username}' was removed`],
  },
  {
    name: "a member is put in another's place",
    make: () => members("guest", [company.people.admin.id]),
    found: () => [
      `group ocisGuest: member '${company.people.guest.username}' was removed`,
      `group ocisGuest: member '${company.people.admin.username}' was added`,
    ],
  },
  {
    name: "a callback is added",
    make: () => client(DESKTOP, { callbackURLs: callbacks("https://evil.example/") }),
    found: () => [`${DESKTOP_WORDS}: callback 'https://evil.example/' was added`],
  },
  {
    name: "a callback is removed",
    make: () => client(DESKTOP, { callbackURLs: ["http://127.0.0.1:*"] }),
    found: () => [`${DESKTOP_WORDS}: callback 'http://localhost:*' was removed`],
  },
  {
    name: "the logout callback is changed",
    make: () => client(WEB, { logoutCallbackURLs: ["https://elsewhere.example/"] }),
    found: () => [
      `${WEB_WORDS}: logout callback 'https://ocis.company.test/' was removed`,
      `${WEB_WORDS}: logout callback 'https://elsewhere.example/' was added`,
    ],
  },
  {
    name: "a client is made confidential",
    make: () => client(WEB, { isPublic: false }),
    found: () => [`${WEB_WORDS}: was made confidential, should be public`],
  },
  {
    name: "a client is made confidential, without PKCE",
    make: () => client(IOS, { isPublic: false, pkceEnabled: false }),
    found: () => [
      `${IOS_WORDS}: was made confidential, should be public`,
      `${IOS_WORDS}: PKCE (pkceEnabled) is false, should be true`,
    ],
  },
  {
    name: "a client is made unrestricted",
    make: () => client(WEB, { isGroupRestricted: false }),
    found: () => [`${WEB_WORDS}: was made unrestricted: everybody may log in, not only its groups`],
  },
  {
    name: "a client is renamed",
    make: () => client(IOS, { name: "Phones" }),
    found: () => [`${IOS_WORDS}: name is 'Phones', should be 'ownCloud ios Client'`],
  },
  {
    name: "a group is taken off a client's list",
    make: () => allowed(WEB, [ids.admin, ids.spaceAdmin, ids.user]),
    found: () => [`${WEB_WORDS}: group 'ocisGuest' was taken off the list of those who may log in`],
  },
  {
    name: "csp.yaml is edited",
    make: () => {
      appendFileSync(file("csp.yaml"), "# by hand\n");
    },
    found: () => [`files in '${company.bundle}': csp.yaml was edited (1 line added)`],
  },
  {
    name: "a variable in .env is changed",
    make: () => {
      const text = readFileSync(file(".env"), "utf8");
      writeFileSync(file(".env"), text.replace(/^OCIS_URL=.*$/m, "OCIS_URL=https://elsewhere.example"));
    },
    found: () => [`files in '${company.bundle}': .env was edited (1 line added, 1 line removed)`],
  },
  {
    name: "compose.yaml is deleted",
    make: () => {
      rmSync(file("compose.yaml"));
    },
    found: () => [`files in '${company.bundle}': compose.yaml was deleted`],
  },
  {
    name: "the whole bundle is deleted",
    make: () => {
      rmSync(company.bundle, { recursive: true });
    },
    found: () =>
      [".env", "compose.yaml", "csp.yaml"].map((name) => `files in '${company.bundle}': ${name} was deleted`),
  },
  {
    name: "a client is deleted",
    make: () => server.call("DELETE", `/api/oidc/clients/${IOS}`),
    found: () => [`${IOS_WORDS}: was deleted`],
    undo: upRefresh,
  },
  {
    name: "a group is deleted",
    make: () => server.call("DELETE", `/api/user-groups/${ids.guest}`),
    found: () => [
      "group ocisGuest: was deleted, and with it its claims, its members and its place on the lists of clients",
    ],
    undo: upRefresh,
  },
  {
    name: "a group is deleted and made again by hand",
    make: async () => {
      await server.call("DELETE", `/api/user-groups/${ids.user}`);
      await server.call("POST", "/api/user-groups", { name: "ocisuser", friendlyName: "by hand" });
    },
    found: () => [
      "group ocisUser: was deleted, and with it its claims, its members and its place on the lists of clients",
      "group 'ocisuser': has a name like our 'ocisUser', and no stack manages it",
    ],
    undo: async () => {
      const { body } = await server.call<{ data: { id: string; name: string }[] }>(
        "GET",
        "/api/user-groups?search=ocisuser",
      );
      const made = body.data.find(({ name }) => name === "ocisuser");
      await server.call("DELETE", `/api/user-groups/${made?.id ?? ""}`);
      await upRefresh();
    },
  },
];

test("an untouched stack has no drift, in 5 runs", async () => {
  for (let run = 0; run < 5; run += 1) {
    const { code, report } = await drift();
    expect({ code, ...report }).toEqual({ code: 0, stack: "test", objects: 17, findings: [], errors: [] });
  }
});

describe("one by one", () => {
  test.each(EDITS)("$name: found, named, seen by the engine too", async ({ make, found, undo = restore }) => {
    await make();
    const [seen, preview] = await Promise.all([drift(), company.stack.preview({ refresh: true })]);
    const expected = found().sort();
    // Undone before anything is compared, so that one failure does not make the next.
    await undo();
    expect(findingsOf(seen.report)).toEqual(expected);
    expect(seen.code).toBe(2);
    expect(resourcesOf(seen.report)).toEqual(changedByPreview(preview.text));
  });

  test("and at the end everything is as it was", async () => {
    const { code, report } = await drift("--strict");
    expect(findingsOf(report)).toEqual([]);
    expect(code).toBe(0);
  });
});

/** `UserGroup ocis-admin`: what the engine's own lines say of a resource. */
const resourcesOf = ({ findings }: Report) =>
  [
    ...new Set(findings.flatMap(({ urns }) => urns).map((urn) => urn.replace(/^.*[:/](\w+)::/, "$1 "))),
  ].sort();

describe("what no stack manages", () => {
  test("is shown, is no drift, and counts with --strict", async () => {
    const name = uniqueName("helpers");
    const made = await server.call<{ id: string }>("POST", "/api/user-groups", { name, friendlyName: name });
    await server.call("PUT", `/api/custom-claims/user-group/${made.body.id}`, [
      { key: "roles", value: "ocisAdmin" },
    ]);
    const twin = {
      name: "copy",
      callbackURLs: ["https://ocis.company.test/oidc-callback.html"],
      isPublic: true,
    };
    const other = await server.call<{ id: string }>("POST", "/api/oidc/clients", twin);
    const { code, report } = await drift();
    expect(findingsOf(report)).toEqual([
      `client 'copy' (${other.body.id}): has callbacks of our client 'ocis', and no stack manages it`,
      `group '${name}': gives the role 'ocisAdmin' by its claim roles, and no stack manages it`,
    ]);
    expect(code).toBe(0);
    expect((await drift("--strict")).code).toBe(2);
    await server.call("DELETE", `/api/oidc/clients/${other.body.id}`);
    await server.call("DELETE", `/api/user-groups/${made.body.id}`);
    expect((await drift("--strict")).code).toBe(0);
  });
});
