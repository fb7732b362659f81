import { NATIVE_CLIENTS, ROLES, webClient } from "@ocis-pocket-id/components";
import { type Emulator, startEmulator } from "../../emulator";
import { caller, type PocketIdUnderTest } from "./pocket-id";

/** What the Pocket ID of a set-up holds; what is left out is as in the guide. */
export interface Company {
  readonly ocisUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientName?: string;
  readonly callbackUrls?: readonly string[];
  readonly claimKey?: string;
  /** Names of the roles' groups: undefined for the guide's, null for none. */
  readonly groups?: Readonly<Partial<Record<(typeof ROLES)[number]["key"], string | null>>>;
  /** Whether the groups have claims, and the web client is for them only. @default true */
  readonly hasRoles?: boolean;
  /** The apps that have a client. @default all */
  readonly apps?: readonly (typeof NATIVE_CLIENTS)[number]["key"][];
  /** More callback URLs of the desktop app. */
  readonly desktopUrls?: readonly string[];
  /** A group of another oCIS on this Pocket ID, which shares the apps. */
  readonly otherGroup?: string;
}

const GUIDE = { ocisUrl: "https://ocis.company.test", issuer: "https://id.company.test" };

export const COMPANIES: Readonly<Record<string, Company>> = {
  "guide-caddy": { ...GUIDE, clientId: "5e9d7c1a-0c55-4f0e-9d6c-3b6f0e6a1b11" },
  // Only the web page is used.
  "traefik-labels": { ...GUIDE, clientId: "ocis", apps: [] },
  collabora: { ...GUIDE, clientId: "web", clientName: "Office", otherGroup: "subsidiary" },
  "nginx-folders": {
    ...{ ...GUIDE, ocisUrl: "https://cloud.company.test", clientId: "ocis-web" },
    desktopUrls: ["http://localhost:*", "http://127.0.0.1:8080/own"],
  },
  // oCIS gave the roles, so Pocket ID has no groups for them.
  "older-guide": {
    ...{
      ...GUIDE,
      issuer: "https://pocketid.company.test",
      clientId: "0a2c9c3c-0000-4000-8000-000000000001",
    },
    groups: { admin: null, spaceAdmin: null, user: null, guest: null },
    ...{ hasRoles: false, callbackUrls: ["https://ocis.company.test/*"], apps: ["desktop"] },
  },
  "home-server": {
    ...{ ocisUrl: "https://files.home.test", issuer: "https://login.home.test", clientId: "files" },
    groups: { admin: null, spaceAdmin: null, user: null, guest: null },
    ...{ hasRoles: false, apps: ["ios", "android"], otherGroup: "family" },
  },
  "private-authority": {
    ...{ ocisUrl: "https://ocis.intra.test:9443", issuer: "https://id.intra.test:8443" },
    ...{
      clientId: "ocis.intra.test",
      claimKey: "ocis_roles",
      groups: { admin: "it-staff", guest: "partners" },
    },
  },
  // The groups are there, but nobody entered their claims.
  "no-volumes": { ...GUIDE, ocisUrl: "https://cloud.company.test", clientId: "cloud", hasRoles: false },
};

/** Starts a set-up's Pocket ID. */
export async function startPocketIdOf(company: Company): Promise<Emulator> {
  const emulator = await startEmulator({ issuer: company.issuer });
  await fillPocketId(caller(emulator), company);
  emulator.requests.length = 0;
  return emulator;
}

/** Does in Pocket ID what somebody did by hand. @param person who is in the users' group, if there is one */
export async function fillPocketId(
  call: PocketIdUnderTest["call"],
  company: Company,
  person?: string,
): Promise<void> {
  const { ocisUrl, clientId, claimKey = "roles", hasRoles = true, groups = {} } = company;
  const created = async (path: string, body: object) => {
    const answer = await call<{ id: string }>("POST", path, body);
    if (answer.status !== 201)
      throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body.id;
  };
  const client = async (
    body: Readonly<Record<string, unknown>> & { id: string },
    allowed: readonly string[],
  ) => {
    await created("/api/oidc/clients", { isPublic: true, ...body, isGroupRestricted: allowed.length > 0 });
    if (allowed.length === 0) return;
    await call("PUT", `/api/oidc/clients/${body.id}/allowed-user-groups`, { userGroupIds: allowed });
  };
  const ids: string[] = [];
  for (const { key, groupName, friendlyName, claimValue } of ROLES) {
    const name = groups[key] === undefined ? groupName : groups[key];
    if (name === null) continue;
    const id = await created("/api/user-groups", { name, friendlyName });
    ids.push(id);
    if (person !== undefined && key === "user") {
      await call("PUT", `/api/user-groups/${id}/users`, { userIds: [person] });
    }
    if (hasRoles)
      await call("PUT", `/api/custom-claims/user-group/${id}`, [{ key: claimKey, value: claimValue }]);
  }
  const { otherGroup: name } = company;
  const shared =
    name === undefined ? [] : [...ids, await created("/api/user-groups", { name, friendlyName: name })];
  const callbackURLs = company.callbackUrls ?? webClient(ocisUrl).callbackUrls;
  await client({ id: clientId, name: company.clientName ?? "ocis", callbackURLs }, hasRoles ? ids : []);
  for (const app of NATIVE_CLIENTS) {
    if (company.apps?.includes(app.key) === false) continue;
    const more = app.key === "desktop" ? (company.desktopUrls ?? []) : [];
    const callbacks = [...app.callbackUrls.slice(0, 1), ...more];
    await client({ id: app.clientId, name: app.name, callbackURLs: callbacks }, shared);
  }
}
