import fc from "fast-check";
import {
  describeEnvironment,
  ENVIRONMENT_REASONS,
  ENVIRONMENT_SYNONYMS,
  environmentProblems,
  ocisEnvironment,
  type Environment,
  type EnvironmentArgs,
} from "../../../components/settings";

const ARGS: EnvironmentArgs = {
  ocisUrl: "https://ocis.company.com",
  issuer: "https://pocket-id.company.com",
  clientId: "ocis.company.com",
  claimKey: "roles",
  tls: false,
  identityClaim: "preferred_username",
};

test("the whole environment, sorted by name", () => {
  expect(Object.entries(ocisEnvironment(ARGS))).toEqual([
    ["GRAPH_ASSIGN_DEFAULT_USER_ROLE", "false"],
    ["GRAPH_USERNAME_MATCH", "none"],
    ["OCIS_ADMIN_USER_ID", ""],
    ["OCIS_BASE_DATA_PATH", "/var/lib/ocis"],
    ["OCIS_CONFIG_DIR", "/etc/ocis"],
    ["OCIS_EXCLUDE_RUN_SERVICES", "idp"],
    ["OCIS_INSECURE", "false"],
    ["OCIS_OIDC_ISSUER", "https://pocket-id.company.com"],
    ["OCIS_URL", "https://ocis.company.com"],
    ["PROXY_AUTOPROVISION_ACCOUNTS", "true"],
    ["PROXY_AUTOPROVISION_CLAIM_GROUPS", ""],
    ["PROXY_CSP_CONFIG_FILE_LOCATION", "/etc/ocis/csp.yaml"],
    ["PROXY_OIDC_REWRITE_WELLKNOWN", "true"],
    ["PROXY_ROLE_ASSIGNMENT_DRIVER", "oidc"],
    ["PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM", "roles"],
    ["PROXY_TLS", "false"],
    ["PROXY_USER_CS3_CLAIM", "username"],
    ["PROXY_USER_OIDC_CLAIM", "preferred_username"],
    ["WEB_OIDC_CLIENT_ID", "ocis.company.com"],
    ["WEB_OIDC_POST_LOGOUT_REDIRECT_URI", "https://ocis.company.com/"],
    ["WEB_OPTION_TOKEN_STORAGE_LOCAL", "false"],
  ]);
});

test.each<[Partial<EnvironmentArgs>, Environment]>([
  [{ tls: true }, { PROXY_TLS: "true" }],
  [{ claimKey: "acme_roles" }, { PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM: "acme_roles" }],
  [{ cspPath: "/etc/ocis-csp/csp.yaml" }, { PROXY_CSP_CONFIG_FILE_LOCATION: "/etc/ocis-csp/csp.yaml" }],
  [{ identityClaim: "sub" }, { PROXY_USER_OIDC_CLAIM: "sub", PROXY_AUTOPROVISION_CLAIM_USERNAME: "sub" }],
  [{ extraEnvironment: { OCIS_LOG_LEVEL: "warn", _x: "" } }, { OCIS_LOG_LEVEL: "warn", _x: "" }],
  [{ overrideEnvironment: { OCIS_INSECURE: "true" } }, { OCIS_INSECURE: "true" }],
  [
    {
      identityClaim: "preferred_username",
      extraEnvironment: { PROXY_AUTOPROVISION_CLAIM_USERNAME: "email" },
    },
    { PROXY_AUTOPROVISION_CLAIM_USERNAME: "email" },
  ],
])("%j changes these variables and no others", (args, expected) => {
  expect(ocisEnvironment({ ...ARGS, ...args })).toEqual({ ...ocisEnvironment(ARGS), ...expected });
});

/** Stack configuration may hold anything, whatever the types promise. */
const untyped = (environment: unknown) => environment as Environment;

test.each<[string, Partial<EnvironmentArgs>, string, string]>([
  [
    "a variable of ours among the additions",
    { extraEnvironment: { OCIS_INSECURE: "true" } },
    "extraEnvironment.OCIS_INSECURE",
    "'OCIS_INSECURE' is set already: write it under overrideEnvironment",
  ],
  [
    "an override of nothing",
    { overrideEnvironment: { OCIS_INSCURE: "true" } },
    "overrideEnvironment.OCIS_INSCURE",
    "write it under extraEnvironment",
  ],
  [
    "another name of a variable of ours",
    { extraEnvironment: { PROXY_OIDC_ISSUER: "https://idp.company.com" } },
    "extraEnvironment.PROXY_OIDC_ISSUER",
    "'PROXY_OIDC_ISSUER' takes precedence over OCIS_OIDC_ISSUER: remove it, or write it under overrideEnvironment",
  ],
  [
    "a variable of ours in small letters",
    { extraEnvironment: { ocis_insecure: "true" } },
    "extraEnvironment.ocis_insecure",
    "'ocis_insecure' isn't read by oCIS, whose variables are in capitals: write OCIS_INSECURE",
  ],
  [
    "another name in small letters among the overrides",
    { overrideEnvironment: { Proxy_Oidc_Issuer: "https://idp.company.com" } },
    "overrideEnvironment.Proxy_Oidc_Issuer",
    "write PROXY_OIDC_ISSUER under overrideEnvironment",
  ],
  ["a digit first", { extraEnvironment: { "1X": "" } }, "extraEnvironment.1X", "'1X' is not the name"],
  ["an equals sign", { extraEnvironment: { "A=B": "" } }, "extraEnvironment.A=B", "'A=B' is not the name"],
  ["an empty name", { extraEnvironment: { "": "" } }, "extraEnvironment.", "'' is not the name"],
  ["a NUL", { extraEnvironment: { A: "a\0b" } }, "extraEnvironment.A", "has a NUL character"],
  ["a number", { extraEnvironment: untyped({ A: 1 }) }, "extraEnvironment.A", "is a number, not text"],
])("refuses %s", (_, args, field, message) => {
  const all = { ...ARGS, ...args };
  expect(environmentProblems(all)).toEqual([{ field, message: expect.stringContaining(message) as string }]);
  expect(() => ocisEnvironment(all)).toThrow(`${field}: `);
});

test.each(Object.entries(ENVIRONMENT_SYNONYMS))(
  "%s is refused as an addition, and taken as an override",
  (name, { ours: itsName }) => {
    const given = { [name]: "x" };
    expect(environmentProblems({ ...ARGS, extraEnvironment: given })).toHaveLength(1);
    expect(environmentProblems({ ...ARGS, overrideEnvironment: given })).toEqual([]);
    expect(ocisEnvironment({ ...ARGS, overrideEnvironment: given })[name]).toBe("x");
    if (itsName !== undefined) expect(Object.keys(ENVIRONMENT_REASONS)).toContain(itsName);
  },
);

test("names that every object has are names like others", () => {
  const extraEnvironment = { constructor: "a", toString: "b" };
  const environment = ocisEnvironment({ ...ARGS, extraEnvironment: untyped(extraEnvironment) });
  expect(environment).toMatchObject(extraEnvironment);
  expect(describeEnvironment(environment).find((row) => row.name === "constructor")?.reason).toContain(
    "Added",
  );
});

test("a value that may be a secret stays out of the message", () => {
  const problems = environmentProblems({ ...ARGS, extraEnvironment: { SMTP_PASSWORD: "hunter2\0" } });
  expect(JSON.stringify(problems)).not.toContain("hunter2");
});

test("every variable of ours has a reason, and every reason a variable", () => {
  const names = Object.keys(ocisEnvironment({ ...ARGS, identityClaim: "sub", audience: ["web"] }));
  expect(Object.keys(ENVIRONMENT_REASONS).sort()).toEqual(names);
});

test("the table says who set a variable", () => {
  const environment = ocisEnvironment({ ...ARGS, extraEnvironment: { A: "1" } });
  const rows = describeEnvironment(environment);
  expect(rows).toHaveLength(Object.keys(environment).length);
  expect(rows[0]).toEqual({ name: "A", value: "1", reason: "Added by extraEnvironment." });
  expect(rows.find(({ name }) => name === "OCIS_URL")).toEqual({
    name: "OCIS_URL",
    value: "https://ocis.company.com",
    reason: ENVIRONMENT_REASONS["OCIS_URL"],
  });
});

const ours = [...Object.keys(ENVIRONMENT_REASONS), ...Object.keys(ENVIRONMENT_SYNONYMS)];
const name = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/)
  .filter((text) => !ours.includes(text.toUpperCase()));
const value = fc.string().filter((text) => !text.includes("\0"));

test("any addition arrives unchanged, in order, beside all of ours", () => {
  fc.assert(
    fc.property(fc.dictionary(name, value), (extraEnvironment) => {
      const environment = ocisEnvironment({ ...ARGS, extraEnvironment });
      const names = Object.keys(environment).filter((key) => !/^\d/.test(key));
      expect(names).toEqual([...names].sort());
      expect(environment).toEqual({ ...ocisEnvironment(ARGS), ...extraEnvironment });
    }),
  );
});

test("tokens of other clients are refused where clients are named", () => {
  const environment = ocisEnvironment({ ...ARGS, audience: ["ocis.company.com", "desktop"] });
  expect(environment["PROXY_OIDC_ACCESS_TOKEN_VERIFY_AUD"]).toBe("ocis.company.com,desktop");
  expect(ocisEnvironment(ARGS)).not.toHaveProperty("PROXY_OIDC_ACCESS_TOKEN_VERIFY_AUD");
});
