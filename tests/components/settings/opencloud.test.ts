import {
  clientIdProblems,
  contentSecurityPolicyDirectives,
  deploymentHosts,
  describeEnvironment,
  environmentProblems,
  environmentReasons,
  hostProblems,
  inWordsOf,
  ocisEnvironment,
  OPENCLOUD,
  roleGroups,
  roleProblems,
  unknownPolicyWarning,
  webClient,
} from "../../../components/settings";
import { checksAudience } from "../../../components/environment";
import { imageChangeProblem, imageNameProblem } from "../../../components/docker-host/preflight/checks";
import { containerOf } from "../../../components/targets/container";

const ARGS = {
  product: "opencloud",
  ocisUrl: "https://opencloud.company.com",
  issuer: "https://pocket-id.company.com",
  clientId: "opencloud.company.com",
  claimKey: "opencloud_role",
  tls: false,
  identityClaim: "preferred_username",
} as const;

/** Each name is an `env` tag in OpenCloud's sources: 4.0.6, 6.2.0, and May 2026. */
test("the whole environment, sorted by name", () => {
  expect(Object.entries(ocisEnvironment(ARGS))).toEqual([
    ["GRAPH_ASSIGN_DEFAULT_USER_ROLE", "false"],
    ["GRAPH_USERNAME_MATCH", "none"],
    ["OC_ADMIN_USER_ID", ""],
    ["OC_BASE_DATA_PATH", "/var/lib/opencloud"],
    ["OC_CONFIG_DIR", "/etc/opencloud"],
    ["OC_EXCLUDE_RUN_SERVICES", "idp"],
    ["OC_INSECURE", "false"],
    ["OC_OIDC_ISSUER", "https://pocket-id.company.com"],
    ["OC_URL", "https://opencloud.company.com"],
    ["PROXY_AUTOPROVISION_ACCOUNTS", "true"],
    ["PROXY_AUTOPROVISION_CLAIM_GROUPS", ""],
    ["PROXY_CSP_CONFIG_FILE_OVERRIDE_LOCATION", "/etc/opencloud/csp.yaml"],
    ["PROXY_OIDC_REWRITE_WELLKNOWN", "true"],
    ["PROXY_ROLE_ASSIGNMENT_DRIVER", "oidc"],
    ["PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM", "opencloud_role"],
    ["PROXY_TLS", "false"],
    ["PROXY_USER_CS3_CLAIM", "username"],
    ["PROXY_USER_OIDC_CLAIM", "preferred_username"],
    ["WEB_OIDC_CLIENT_ID", "opencloud.company.com"],
    ["WEB_OIDC_POST_LOGOUT_REDIRECT_URI", "https://opencloud.company.com/"],
    ["WEB_OPTION_TOKEN_STORAGE_LOCAL", "false"],
  ]);
});

test("every variable has a reason, in OpenCloud's words", () => {
  const rows = describeEnvironment(ocisEnvironment(ARGS), OPENCLOUD);
  expect(rows.filter(({ reason }) => reason.includes("extraEnvironment"))).toEqual([]);
  expect(JSON.stringify(environmentReasons(OPENCLOUD))).not.toMatch(/ocis\b|ownCloud|OCIS_/i);
});

test.each([
  ["OC_URL", /'OC_URL' is set already/],
  ["oc_url", /'oc_url' isn't read by OpenCloud, whose variables are in capitals: write OC_URL/],
  ["PROXY_OIDC_ISSUER", /takes precedence over OC_OIDC_ISSUER/],
  ["PROXY_CSP_CONFIG_FILE_LOCATION", /has no effect beside PROXY_CSP_CONFIG_FILE_OVERRIDE_LOCATION/],
  ["OC_OIDC_CLIENT_ID", /gives the apps its client ID too/],
  ["WEBFINGER_WEB_OIDC_CLIENT_ID", /takes precedence over WEB_OIDC_CLIENT_ID/],
])("%s as an additional variable is a problem", (name, message) => {
  const problems = environmentProblems({ ...ARGS, extraEnvironment: { [name]: "x" } });
  expect(problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)]);
});

test("variables of oCIS mean nothing to it", () => {
  expect(environmentProblems({ ...ARGS, extraEnvironment: { OCIS_URL: "x" } })).toEqual([]);
});

test("groups and values of Pocket ID's guide for OpenCloud", () => {
  expect(roleGroups({ product: "opencloud" }).map(({ name, claimValue }) => [name, claimValue])).toEqual([
    ["opencloud_admins", "opencloudAdmin"],
    ["opencloud_spaceadmins", "opencloudSpaceAdmin"],
    ["opencloud_users", "opencloudUser"],
    ["opencloud_guests", "opencloudGuest"],
  ]);
  const members = { user: ["alice"], guest: ["alice"] };
  expect(roleProblems({ product: "opencloud", members })[0]?.message).toContain("'alice' is in user too");
  expect(roleProblems({ product: "opencloud", claimKey: " " })[0]?.message).toContain(
    "write 'opencloud_role'",
  );
});

test("its clients, and hosts", () => {
  expect(OPENCLOUD.nativeClients.map(({ clientId, callbackUrls }) => [clientId, callbackUrls])).toEqual([
    ["OpenCloudDesktop", ["http://127.0.0.1:*", "http://localhost:*"]],
    ["OpenCloudIOS", ["oc://ios.opencloud.eu"]],
    ["OpenCloudAndroid", ["oc://android.opencloud.eu"]],
  ]);
  expect(clientIdProblems("OpenCloudIOS", OPENCLOUD)[0]?.message).toContain("compiled into the ios app");
  expect(webClient("https://opencloud.company.com", OPENCLOUD).name).toBe("OpenCloud");
  expect(deploymentHosts({ product: "opencloud", domain: "company.com" }).ocisHost).toBe(
    "opencloud.company.com",
  );
  expect(hostProblems({ product: "opencloud" })[0]?.message).toContain("gives opencloud.company.com");
  expect(
    hostProblems({ product: "opencloud", ocisHost: "a.test", pocketIdHost: "a.test" })[0]?.message,
  ).toContain("OpenCloud and Pocket ID are both");
});

test("the built-in policy with Pocket ID, of which sources can be taken away", () => {
  const replace = { "img-src": ["'self'"] };
  const policy = contentSecurityPolicyDirectives(ARGS.issuer, { replace }, OPENCLOUD.image, OPENCLOUD);
  expect(policy["connect-src"]).toEqual([
    "'self'",
    "blob:",
    "https://raw.githubusercontent.com/opencloud-eu/awesome-apps/",
    "https://update.opencloud.eu/",
    ARGS.issuer,
  ]);
  expect(policy["img-src"]).toEqual(["'self'"]);
  expect(unknownPolicyWarning(OPENCLOUD.image, OPENCLOUD)).toBeUndefined();
  expect(unknownPolicyWarning("opencloudeu/opencloud:99.0", OPENCLOUD)).toContain("than OpenCloud 7.3");
});

test.each([
  ["owncloud/ocis:8.0.5", "is an image of oCIS, not of OpenCloud: choose one of opencloudeu/opencloud"],
  ["opencloudeu/opencloud:3.7.0", "is older than OpenCloud 4.0"],
  ["opencloudeu/opencloud-rolling:7.3.0", undefined],
  ["registry.company.com/ours:1", undefined],
])("its image: %s", (image, problem) => {
  const found = imageNameProblem(image, OPENCLOUD);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(problem);
});

test("its version: no downgrade, and no check of the audience", () => {
  const older = imageChangeProblem(
    "opencloudeu/opencloud:7.2.4",
    "opencloudeu/opencloud:6.2.0",
    false,
    OPENCLOUD,
  );
  expect(older).toContain("OpenCloud can't read what a newer one wrote");
  expect(checksAudience("opencloudeu/opencloud:9.0.0", OPENCLOUD)).toBe(false);
});

test("its container", () => {
  const { paths, healthTest, startScript } = containerOf(OPENCLOUD);
  expect(paths).toMatchObject({ config: "/etc/opencloud", data: "/var/lib/opencloud" });
  expect(healthTest).toEqual(["CMD", "opencloud", "proxy", "health"]);
  expect(startScript("/run/password")).toBe(
    '[ -f /etc/opencloud/opencloud.yaml ] || IDM_ADMIN_PASSWORD="$(cat /run/password)" opencloud init >/dev/null || ' +
      '{ echo "opencloud init failed with exit code $?" >&2; exit 1; }; exec opencloud server',
  );
});

test("messages that name oCIS are translated, and nothing in them that isn't oCIS's", () => {
  const text =
    "oCIS: set OCIS_URL in ocis.yaml with `ocis init` of ownCloud Web at https://ocis.company.com/ocis";
  expect(inWordsOf(OPENCLOUD, text)).toBe(
    "OpenCloud: set OC_URL in opencloud.yaml with `opencloud init` of OpenCloud Web at https://ocis.company.com/ocis",
  );
});
