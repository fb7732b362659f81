import { checkRuns } from "../../cli/doctor/container";
import { checkKey, checkStoredKey } from "../../cli/doctor/pocket-id";
import type { Code } from "../../cli/doctor/codes";
import type { Finding } from "../../cli/doctor/finding";
import { startEmulator } from "../../emulator";
import type { Company } from "./doctor-company";
import { type Passing, startProxy } from "./doctor-servers";

/** A situation for each code, in which doctor reports it, and which the healthy company isn't in. */
export type Situation = (company: Company) => readonly Finding[] | Promise<readonly Finding[]>;

const DISCOVERY = "/.well-known/openid-configuration";
export const ELSEWHERE = "https://elsewhere.example/";
const END_OF_CERTIFICATES = Date.parse("2126-10-31T09:27:04Z");
const DAY_MS = 24 * 60 * 60 * 1_000;

const configured = (company: Company, changes: Readonly<Record<string, string>>) =>
  company.find({}, { configuration: { ...company.subject.configuration, ...changes } });

/** The answers to a path are changed on the way. */
function passing(company: Company, path: string, change: (passing: Passing) => void) {
  company.proxy.alter = (each) => {
    if (each.path === path) change(each);
  };
  return configured(company, { "pocketid:url": company.proxy.url });
}

const ofVersion = (company: Company, currentVersion: string) =>
  passing(company, "/api/version/current", (each) => {
    each.body = JSON.stringify({ currentVersion });
  });

const withIssuer = (company: Company, change: (url: string) => string) =>
  passing(company, DISCOVERY, (each) => {
    each.body = JSON.stringify({ ...(JSON.parse(each.body) as object), issuer: change(company.proxy.url) });
  });

const withOrigin = (company: Company, origin?: string | string[]) =>
  passing(company, "/.well-known/jwks.json", ({ headers }) => {
    if (origin === undefined) Reflect.deleteProperty(headers, "access-control-allow-origin");
    else headers["access-control-allow-origin"] = origin;
  });

function withOcis(company: Company, settings: Partial<Company["ocis"]["settings"]>) {
  Object.assign(company.ocis.settings, settings);
  return company.find();
}

const inContainer = (company: Company, facts: { lacksSettings: boolean; dataFileSystem: string }) =>
  company.find({}, { container: { name: "ocis", environment: {}, ...facts } });

/** These leave Pocket ID as it is. */
export const SEEN = {
  "connection-incomplete": (company) => configured(company, { "pocketid:apiKey": "" }),
  "pocket-id-unreachable": (company) => configured(company, { "pocketid:url": "http://127.0.0.1:1" }),
  "pocket-id-unexpected": (company) => configured(company, { "pocketid:url": company.ocis.url }),
  "pocket-id-intercepted": (company) =>
    passing(company, "/api/users/me", (each) => {
      Object.assign(each, { status: 401, body: "<html></html>", headers: { "content-type": "text/html" } });
    }),
  "pocket-id-too-old": (company) => ofVersion(company, "2.2.0"),
  "pocket-id-untried": (company) => ofVersion(company, "2.99.0"),
  "pocket-id-refuses-desktop": (company) => ofVersion(company, "2.6.1"),
  "key-refused": (company) => configured(company, { "pocketid:apiKey": "another-key-0123456789" }),
  "key-not-admin": async (company) => {
    const clerk = { key: "clerk-key-0123456789", admin: false };
    const emulator = await startEmulator({ extraApiKeys: [clerk] });
    const found = await configured(company, { "pocketid:url": emulator.url, "pocketid:apiKey": clerk.key });
    await emulator.close();
    return found;
  },
  "key-expires-soon": () => {
    const key = { name: "a", expiresAt: "2026-11-30T00:00:00Z", lastUsedAt: "2026-11-27T00:00:00Z" };
    return checkKey([key], new Date("2026-11-27T12:00:00Z"));
  },
  "container-down": () => {
    const state = { Status: "exited", Running: false, Paused: false, Restarting: false, ExitCode: 1 };
    return checkRuns("ocis", { State: state });
  },
  "key-in-clear": () => checkStoredKey({ hasKeyInClear: true }),
  "certificate-expires-soon": (company) => company.find({ now: new Date(END_OF_CERTIFICATES - DAY_MS) }),
  "certificate-expired": (company) => company.find({ now: new Date(END_OF_CERTIFICATES + DAY_MS) }),
  "certificate-not-yet-valid": (company) => company.find({ now: new Date(0) }),
  "certificate-untrusted": (company) => {
    const configuration = { "pocketid:url": company.proxy.url, "pocketid:apiKey": company.server.apiKey };
    return company.find({}, { configuration });
  },
  "certificate-other-host": async (company) => {
    const target = { url: company.server.url, issuer: company.subject.issuer };
    const elsewhere = await startProxy(target, "127.0.0.2");
    const found = await company.find({}, { issuer: elsewhere.url });
    await elsewhere.close();
    return found;
  },
  "clock-differs": (company) => withOcis(company, { date: new Date(Date.now() - DAY_MS) }),
  "issuer-unreachable": (company) => company.find({}, { issuer: "https://127.0.0.1:1" }),
  "issuer-scheme": (company) => withIssuer(company, (url) => url.replace("https:", "http:")),
  "issuer-slash": (company) => withIssuer(company, (url) => `${url}/`),
  "issuer-case": (company) => withIssuer(company, (url) => url.replace("localhost", "LocalHost")),
  "issuer-differs": (company) => withIssuer(company, () => "https://login.company.test"),
  "endpoint-elsewhere": (company) =>
    passing(company, DISCOVERY, (each) => {
      const endpoint = '"token_endpoint":"http://127.0.0.1:9/api/oidc/token"';
      each.body = each.body.replace(/"token_endpoint":"[^"]+"/, endpoint);
    }),
  "cors-missing": (company) => withOrigin(company),
  "cors-other-origin": (company) => withOrigin(company, "https://other.company.test"),
  "cors-doubled": (company) => withOrigin(company, ["*", "*"]),
  "cors-preflight": (company) =>
    passing(company, "/api/oidc/userinfo", (each) => {
      if (each.method === "OPTIONS") each.status = 405;
    }),
  "ocis-unreachable": (company) => withOcis(company, { status: 502 }),
  "ocis-discovery-failed": (company) => withOcis(company, { discovery: { status: 500, body: "" } }),
  "ocis-discovery-missing": (company) => withOcis(company, { discovery: { status: 200, body: "<html>" } }),
  "ocis-issuer-differs": (company) =>
    withOcis(company, { discovery: { status: 200, body: '{"issuer":"https://idp.company.test"}' } }),
  "ocis-configuration-missing": (company) => withOcis(company, { configuration: { status: 404, body: "" } }),
  "ocis-client-id": (company) => withOcis(company, { clientId: "web" }),
  "ocis-metadata-url": (company) => withOcis(company, { metadataUrl: ELSEWHERE }),
  "ocis-scope": (company) => withOcis(company, { scope: "openid email" }),
  "policy-missing": (company) => withOcis(company, { contentSecurityPolicy: undefined }),
  "policy-blocks-issuer": (company) => withOcis(company, { contentSecurityPolicy: "connect-src 'self'" }),
  "policy-blocks-own-frames": (company) =>
    withOcis(company, { contentSecurityPolicy: "frame-ancestors 'none'" }),
  "tabs-share-tokens": (company) => {
    company.ocis.settings.tokenStorageLocal = true;
    return ofVersion(company, "2.14.0");
  },
  "environment-breaks-logins": (company) =>
    company.find({}, { environment: { PROXY_OIDC_SKIP_USER_INFO: "true" } }),
  "environment-overridden": (company) =>
    company.find({}, { overridden: [{ name: "OCIS_INSECURE", ours: "false", value: "true" }] }),
  "settings-missing": (company) => inContainer(company, { lacksSettings: true, dataFileSystem: "ext4" }),
  "data-on-network": (company) => inContainer(company, { lacksSettings: false, dataFileSystem: "nfs4" }),
  "native-clients-none": (company) => company.find({}, { nativeClients: [] }),
  "client-pushed-requests": (company) =>
    passing(company, `/api/oidc/clients/${company.subject.webClient.id}`, (each) => {
      const client = JSON.parse(each.body) as object;
      each.body = JSON.stringify({ ...client, requiresPushedAuthorizationRequests: true });
    }),
  "person-unknown": (company) => company.find({ user: "nobody" }),
  "identity-changeable": (company) =>
    passing(company, "/api/application-configuration", (each) => {
      each.status = 200;
      each.body = JSON.stringify([{ key: "allowOwnAccountEdit", type: "", value: "true" }]);
    }),
} satisfies Partial<Record<Code, Situation>>;
