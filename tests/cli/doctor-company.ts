import {
  contentSecurityPolicyDirectives,
  NATIVE_CLIENTS,
  ROLES,
  type RoleKey,
  webClient,
} from "@ocis-pocket-id/components";
import { examine, type ExamineOptions } from "../../cli/doctor/examine";
import type { Finding } from "../../cli/doctor/finding";
import type { Subject } from "../../cli/stacks/subject";
import type { EmulatorOptions } from "../../emulator";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";
import { AUTHORITY, type Ocis, type Proxy, startOcis, startProxy } from "./doctor-servers";

interface Person {
  id: string;
  username: string;
}

/** A company whose people can log in, made past the engine; each test then breaks one thing. */
export interface Company {
  readonly server: PocketIdUnderTest;
  readonly proxy: Proxy;
  readonly ocis: Ocis;
  /** What the stack's state would say. */
  readonly subject: Subject;
  readonly groups: Record<RoleKey, { id: string; name: string }>;
  /** One for each role. */
  readonly people: Record<RoleKey, Person>;
  /** The findings, with something else in state. */
  find(options?: ExamineOptions, changes?: Partial<Subject>): Promise<Finding[]>;
  /** Changes something by hand in Pocket ID; must succeed. */
  edit<T = unknown>(method: string, path: string, body?: unknown): Promise<T>;
  /** Changes fields of a client by hand. */
  editClient(id: string, fields: object): Promise<void>;
  addPerson(name: string, groupIds: readonly string[], fields?: object): Promise<Person>;
  /** A new group that is not the stack's. */
  addGroup(name: string, role?: string): Promise<{ id: string; name: string }>;
  /** Takes back what a test has changed in proxy and oCIS, for tests that leave Pocket ID as it is. */
  reset(): void;
  remove(): Promise<void>;
}

export const DESKTOP = NATIVE_CLIENTS[0]?.clientId ?? "";

export async function startCompany(options: EmulatorOptions = {}): Promise<Company> {
  const server = await pocketIdUnderTest(options);
  const made: string[] = [];
  const edit = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await server.call<T>(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const add = async <T extends { id: string }>(collection: string, body: object): Promise<T> => {
    const object = await edit<T>("POST", collection, body);
    made.push(`${collection}/${object.id}`);
    return object;
  };
  const addGroup = async (prefix: string, role?: string) => {
    const name = uniqueName(prefix);
    const { id } = await add("/api/user-groups", { name, friendlyName: prefix });
    if (role !== undefined)
      await edit("PUT", `/api/custom-claims/user-group/${id}`, [{ key: "roles", value: role }]);
    return { id, name };
  };
  const addPerson = (name: string, userGroupIds: readonly string[], fields: object = {}) => {
    const username = uniqueName(name);
    const body = {
      username,
      email: `${username}@company.test`,
      firstName: name,
      lastName: "",
      displayName: name,
    };
    return add<Person>("/api/users", { ...body, userGroupIds, ...fields });
  };
  const { issuer } = await edit<{ issuer: string }>("GET", "/.well-known/openid-configuration");
  const proxy = await startProxy({ url: server.url, issuer });
  const clientId = uniqueName("ocis");
  const ocis = await startOcis(ocisSettings(proxy.url, clientId));

  const remove = async () => {
    await Promise.all([proxy.close(), ocis.close()]);
    for (const path of made.reverse()) await server.call("DELETE", path);
    await server.close();
  };
  const populate = async () => {
    const groups = await eachRole(({ groupName, claimValue }) => addGroup(groupName, claimValue));
    const people = await eachRole(({ key }) => addPerson(key.toLowerCase(), [groups[key].id]));
    const subject = subjectOf(server, proxy, ocis, groups);
    for (const client of [subject.webClient, ...subject.nativeClients]) {
      const { id, label, callbackUrls: callbackURLs, logoutCallbackUrls: logoutCallbackURLs } = client;
      const urls = { callbackURLs, logoutCallbackURLs };
      await add("/api/oidc/clients", { id, name: label, ...urls, isPublic: true, isGroupRestricted: true });
      const userGroupIds = Object.values(groups).map((group) => group.id);
      await edit("PUT", `/api/oidc/clients/${id}/allowed-user-groups`, { userGroupIds });
    }
    return { groups, people, subject };
  };
  const { groups, people, subject } = await populate().catch(async (error: unknown) => {
    // A real server keeps what is left, and the next test could not make it again.
    await remove();
    throw error;
  });
  return {
    server,
    proxy,
    ocis,
    subject,
    groups,
    people,
    find: (options, changes = {}) => examine({ ...subject, ...changes }, options),
    edit,
    async editClient(id, fields) {
      const client = await edit<object>("GET", `/api/oidc/clients/${id}`);
      await edit("PUT", `/api/oidc/clients/${id}`, { ...client, ...fields });
    },
    addPerson,
    addGroup,
    reset() {
      proxy.alter = () => undefined;
      const { settings } = ocis;
      for (const name of Object.keys(settings)) Reflect.deleteProperty(settings, name);
      Object.assign(settings, ocisSettings(proxy.url, clientId));
    },
    remove,
  };
}

/** What oCIS 7.1 is told by this package, as far as it shows. */
export function ocisSettings(issuer: string, clientId: string) {
  const directives = Object.entries(contentSecurityPolicyDirectives(issuer));
  return {
    issuer,
    clientId,
    scope: "openid profile email",
    contentSecurityPolicy: directives.map(([name, sources]) => `${name} ${sources.join(" ")}`).join("; "),
    metadataUrl: `${issuer}/.well-known/openid-configuration`,
    tokenStorageLocal: false,
  };
}

async function eachRole<T>(make: (role: (typeof ROLES)[number]) => Promise<T>): Promise<Record<RoleKey, T>> {
  const entries: [RoleKey, T][] = [];
  for (const role of ROLES) entries.push([role.key, await make(role)]);
  return Object.fromEntries(entries) as Record<RoleKey, T>;
}

function subjectOf(server: PocketIdUnderTest, proxy: Proxy, ocis: Ocis, groups: Company["groups"]): Subject {
  const { callbackUrls, logoutCallbackUrls } = webClient(ocis.url);
  return {
    issuer: proxy.url,
    ocisUrl: ocis.url,
    claimKey: "roles",
    identityClaim: "preferred_username",
    groups: ROLES.map(({ key, claimValue }) => ({ ...groups[key], claimValue })),
    webClient: {
      label: "web client",
      id: ocis.settings.clientId,
      callbackUrls,
      logoutCallbackUrls,
      exclusive: true,
    },
    nativeClients: NATIVE_CLIENTS.map((app) => ({
      label: `client of the ${app.key} app`,
      id: app.clientId,
      callbackUrls: app.callbackUrls,
      logoutCallbackUrls: [],
      exclusive: true,
    })),
    configuration: {
      "pocketid:url": server.url,
      "pocketid:apiKey": server.apiKey,
      "pocketid:caCertificate": AUTHORITY,
    },
  };
}

/** Code and text of the findings that need a fix; advice depends on the server's settings. */
export function pressing(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity !== "advice")
    .map(({ code, what }) => `${code}: ${what}`)
    .sort();
}

/** What was seen of one kind. */
export function ofKind(code: Finding["code"], findings: readonly Finding[]): string[] {
  return findings.filter((finding) => finding.code === code).map(({ what }) => what);
}
