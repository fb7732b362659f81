import { isAtLeast } from "@ocis-pocket-id/providers/pocket-id";
import { isForeign } from "../../cli/doctor/clients";
import { type Company, DESKTOP, ofKind, pressing, startCompany } from "./doctor-company";

/** Clients and groups, changed by hand in Pocket ID. */
let company: Company;

beforeEach(async () => {
  company = await startCompany();
});
afterEach(() => company.remove());

describe("clients", () => {
  const web = () => `the web client '${company.subject.webClient.id}'`;
  const desktop = "the client of the desktop app 'xdXOt13J…'";

  test("client-missing: an app's client was deleted", async () => {
    await company.edit("DELETE", `/api/oidc/clients/${DESKTOP}`);
    expect(pressing(await company.find())).toEqual([`client-missing: ${desktop} doesn't exist in Pocket ID`]);
  });

  test("client-confidential and client-without-pkce", async () => {
    await company.editClient(company.subject.webClient.id, { isPublic: false, pkceEnabled: false });
    expect(pressing(await company.find())).toEqual([
      `client-confidential: ${web()} isn't a public client`,
      `client-without-pkce: ${web()} doesn't require PKCE`,
    ]);
  });

  test("client-pushed-requests and client-changed", async () => {
    await company.remove();
    company = await startCompany({ version: "2.14" });
    const { webClient } = company.subject;
    await company.editClient(webClient.id, {
      // A public client can't push its requests before 2.10.
      ...(isAtLeast(company.server.version, "2.10") ? { requiresPushedAuthorizationRequests: true } : {}),
      launchURL: "https://elsewhere.example/",
    });
    const managed = { launchUrl: company.ocis.url, requiresPushedAuthorizationRequests: false };
    const pushed = `client-pushed-requests: ${web()} rejects logins without a pushed authorization request`;
    expect(pressing(await company.find({}, { webClient: { ...webClient, managed } }))).toEqual([
      `client-changed: ${web()}: launch URL is 'https://elsewhere.example/', should be '${company.ocis.url}'`,
      ...(isAtLeast(company.server.version, "2.10") ? [pushed] : []),
    ]);
  });

  test("client-callback-missing and client-callback-foreign", async () => {
    const callbackURLs = [`${company.ocis.url}/`, `${company.ocis.url}/oidc-*`, "https://old.company.test/"];
    await company.editClient(company.subject.webClient.id, { callbackURLs });
    await company.editClient(DESKTOP, { callbackURLs: ["http://127.0.0.1:*"] });
    expect(pressing(await company.find())).toEqual([
      `client-callback-foreign: ${web()} has the callback URL https://old.company.test/`,
      `client-callback-missing: ${desktop} lacks the callback URL http://localhost:*`,
    ]);
  });

  test("client-callback-colon: the meaning of a colon changed in Pocket ID 2.13", async () => {
    const { id, callbackUrls } = company.subject.webClient;
    const page = `${company.ocis.url}/:page`;
    await company.editClient(id, { callbackURLs: [...callbackUrls, page, `${company.ocis.url}/*`] });
    const change = isAtLeast(company.server.version, "2.13")
      ? "matched other URLs before Pocket ID 2.13"
      : "matches other URLs from Pocket ID 2.13 on";
    expect(pressing(await company.find())).toEqual([
      `client-callback-colon: ${web()} has the callback URL ${page}, which ${change}`,
    ]);
  });

  test("client-logout-missing is advice", async () => {
    await company.editClient(company.subject.webClient.id, { logoutCallbackURLs: [] });
    const findings = await company.find();
    expect(pressing(findings)).toEqual([]);
    expect(ofKind("client-logout-missing", findings)).toEqual([
      `${web()} lacks the logout callback URL ${company.ocis.url}/`,
    ]);
  });

  test("client-logout-foreign", async () => {
    const { webClient } = company.subject;
    const elsewhere = "https://elsewhere.example/";
    await company.editClient(webClient.id, { logoutCallbackURLs: [`${company.ocis.url}/`, elsewhere] });
    expect(pressing(await company.find())).toEqual([]);
    expect(pressing(await company.find({}, { webClient: { ...webClient, managed: {} } }))).toEqual([
      `client-logout-foreign: ${web()} has the logout callback URL ${elsewhere}`,
    ]);
  });

  test("client-unrestricted", async () => {
    await company.editClient(DESKTOP, { isGroupRestricted: false });
    expect(pressing(await company.find())).toEqual([
      `client-unrestricted: ${desktop} isn't restricted to groups`,
    ]);
  });

  test("client-group-not-allowed and client-group-foreign", async () => {
    const { groups } = company;
    const interns = await company.addGroup("interns");
    const allowed = [groups.admin, groups.spaceAdmin, groups.user, interns].map(({ id }) => id);
    await company.edit("PUT", `/api/oidc/clients/${DESKTOP}/allowed-user-groups`, { userGroupIds: allowed });
    expect(pressing(await company.find())).toEqual([
      `client-group-foreign: ${desktop} allows the group ${interns.name}, which doesn't belong to this stack`,
      `client-group-not-allowed: ${desktop} doesn't allow the group ${groups.guest.name}`,
    ]);
    const shared = company.subject.nativeClients.map((client) => ({ ...client, exclusive: false }));
    expect(ofKind("client-group-foreign", await company.find({}, { nativeClients: shared }))).toEqual([]);
  });

  test("native-clients-none is advice", async () => {
    const findings = await company.find({}, { nativeClients: [] });
    expect(pressing(findings)).toEqual([]);
    expect(ofKind("native-clients-none", findings)).toHaveLength(1);
  });
});

describe("groups", () => {
  test("group-missing, and nothing of it at the clients", async () => {
    const { guest } = company.groups;
    await company.edit("DELETE", `/api/users/${company.people.guest.id}`);
    await company.edit("DELETE", `/api/user-groups/${guest.id}`);
    const findings = await company.find();
    expect(pressing(findings)).toEqual([`group-missing: the group ${guest.name} doesn't exist in Pocket ID`]);
  });

  test("group-claim-missing and group-claim-wrong", async () => {
    const { guest, user } = company.groups;
    await company.edit("PUT", `/api/custom-claims/user-group/${guest.id}`, []);
    await company.edit("PUT", `/api/custom-claims/user-group/${user.id}`, [
      { key: "roles", value: "ocisAdmin" },
    ]);
    const findings = await company.find();
    expect(ofKind("group-claim-missing", findings)).toEqual([
      `the group ${guest.name} has no claim 'roles: ocisGuest'`,
    ]);
    expect(ofKind("group-claim-wrong", findings)).toEqual([
      `the group ${user.name} has the claim 'roles: ocisAdmin' instead of 'roles: ocisUser'`,
    ]);
  });

  test.each(['"ocisUser"', '["ocisUser"]', '["opencloudUser","ocisGuest","ocisUser"]'])(
    "oCIS takes %s for the role of the group",
    async (value) => {
      const { user } = company.groups;
      await company.edit("PUT", `/api/custom-claims/user-group/${user.id}`, [{ key: "roles", value }]);
      expect(pressing(await company.find())).toEqual([]);
    },
  );

  test("group-claim-wrong: a list with a higher role", async () => {
    const { user } = company.groups;
    const value = '["ocisUser","ocisAdmin"]';
    await company.edit("PUT", `/api/custom-claims/user-group/${user.id}`, [{ key: "roles", value }]);
    expect(ofKind("group-claim-wrong", await company.find())).toEqual([
      `the group ${user.name} has the claim 'roles: ${value}' instead of 'roles: ocisUser'`,
    ]);
  });

  test("nobody-has-a-role is advice", async () => {
    for (const { id } of Object.values(company.people)) await company.edit("DELETE", `/api/users/${id}`);
    const findings = await company.find();
    expect(pressing(findings)).toEqual([]);
    expect(ofKind("nobody-has-a-role", findings)).toEqual(["the groups of this stack have no members"]);
  });
});

test.each([
  ["https://a.test/more", false],
  ["https://a.test.evil.test/", true],
  ["https://*.test/", true],
  ["http://a.test/", true],
  ["*", true],
])("beside https://a.test/ the callback URL %s leads elsewhere: %s", (pattern, foreign) => {
  expect(isForeign(pattern, ["https://a.test/"])).toBe(foreign);
});
