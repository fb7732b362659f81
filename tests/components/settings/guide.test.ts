import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import {
  contentSecurityPolicyDirectives,
  DEFAULT_CLAIM_KEY,
  deploymentHosts,
  defaultClientId,
  NATIVE_CLIENTS,
  ocisEnvironment,
  roleGroups,
  webClient,
} from "../../../components/settings";

/** What the guide prints; see tests/fixtures/guide/README.md. */
interface Guide {
  groups: { name: string; friendlyName: string }[];
  claims: { group: string; key: string; value: string }[];
  webClient: { name: string; callbackUrls: string[]; isPublic: boolean; allowedGroups: string[] };
  nativeClients: { name: string; clientId: string; callbackUrls: string[]; isPublic: boolean }[];
  environment: Record<string, string>;
}

const fixture = (file: string) => readFileSync(join(__dirname, "../../fixtures/guide", file), "utf8");
const guide = JSON.parse(fixture("guide.json")) as Guide;
const guidePolicy = (load(fixture("csp.yaml")) as { directives: Record<string, string[]> }).directives;

const hosts = deploymentHosts({ domain: "company.com" });
const ours = ocisEnvironment({
  ...hosts,
  clientId: defaultClientId(hosts.ocisHost),
  claimKey: DEFAULT_CLAIM_KEY,
  tls: false,
  identityClaim: "preferred_username",
});

test("the groups are the guide's", () => {
  expect(roleGroups().map(({ name, friendlyName }) => ({ name, friendlyName }))).toEqual(guide.groups);
});

test("their claims are the guide's", () => {
  expect(
    roleGroups().map(({ name, claimValue }) => ({ group: name, key: DEFAULT_CLAIM_KEY, value: claimValue })),
  ).toEqual(guide.claims);
});

test("the web client is the guide's, and logging out comes back", () => {
  const { name, callbackUrls } = guide.webClient;
  expect(webClient(hosts.ocisUrl)).toEqual({
    name,
    callbackUrls,
    logoutCallbackUrls: ["https://ocis.company.com/"],
  });
});

test("the native clients are the guide's but for a second callback URL", () => {
  // Older builds of the desktop app call the machine by this name.
  const departures = new Map([["ownCloud Desktop Client", ["http://localhost:*"]]]);
  expect(
    NATIVE_CLIENTS.map(({ name, clientId, callbackUrls }) => ({ name, clientId, callbackUrls })),
  ).toEqual(
    guide.nativeClients.map(({ name, clientId, callbackUrls }) => ({
      name,
      clientId,
      callbackUrls: [...callbackUrls, ...(departures.get(name) ?? [])],
    })),
  );
});

test("the environment is the guide's nine variables, but for two values, and ours", () => {
  const departures = {
    // A misprint: the guide's domain is company.com everywhere else.
    OCIS_OIDC_ISSUER: "https://pocket-id.company.com",
    // The guide has a blank to fill in here.
    WEB_OIDC_CLIENT_ID: "ocis.company.com",
  };
  expect(Object.keys(guide.environment)).toHaveLength(9);
  expect(ours).toMatchObject({ ...guide.environment, ...departures });
  expect(Object.keys(ours).filter((name) => !(name in guide.environment))).toEqual([
    "GRAPH_ASSIGN_DEFAULT_USER_ROLE",
    "GRAPH_USERNAME_MATCH",
    "OCIS_ADMIN_USER_ID",
    "OCIS_BASE_DATA_PATH",
    "OCIS_CONFIG_DIR",
    "OCIS_INSECURE",
    "PROXY_AUTOPROVISION_CLAIM_GROUPS",
    "PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM",
    "PROXY_TLS",
    "PROXY_USER_CS3_CLAIM",
    "WEB_OIDC_POST_LOGOUT_REDIRECT_URI",
    "WEB_OPTION_TOKEN_STORAGE_LOCAL",
  ]);
});

test("the content security policy is the guide's, in its order, but for a final slash and frames of its own pages", () => {
  // The guide's 'none' breaks dialogs of ownCloud Web, which load oCIS in a frame.
  const departures = new Map([["frame-ancestors", ["'self'"]]]);
  expect(guidePolicy["frame-ancestors"]).toEqual(["'none'"]);
  const expected = Object.entries(guidePolicy).map(([directive, sources]) => [
    directive,
    departures.get(directive) ??
      sources.map((source) => (source === `${hosts.issuer}/` ? hosts.issuer : source)),
  ]);
  expect(Object.entries(contentSecurityPolicyDirectives(hosts.issuer))).toEqual(expected);
});
