import { type Subject, subjectsOf } from "../../cli/stacks/subject";
import type { SnapshotResource } from "../../cli/stacks";

/** What state says that should be there, for kinds of stacks that the other tests do not make. */
const resource = (type: string, fields: Partial<SnapshotResource>): SnapshotResource => ({
  urn: `urn:pulumi:test::project::${type}::name`,
  type,
  name: "name",
  id: "",
  inputs: {},
  outputs: {},
  secrets: new Set(),
  handler: undefined,
  provider: {},
  ...fields,
});
const component = (outputs: Record<string, unknown>) =>
  resource("ocis-pocket-id:index:OcisWithPocketId", { outputs });
const dynamic = (handler: NonNullable<SnapshotResource["handler"]>, fields: Partial<SnapshotResource>) =>
  resource(`pulumi-nodejs:dynamic/pocketid:${handler}`, { handler, ...fields });

const company = (name: string) => ({
  ocisUrl: `https://ocis.${name}.com`,
  issuer: "https://id.company.com",
  clientId: `ocis.${name}.com`,
  groupIds: { admin: `${name}-admins`, user: `${name}-users` },
  nativeClientIds: { desktop: "xdXOt13JKxym1B1QcEncf2XDkLAexMBFwiT9j6EfhhHFJhs2KM9jbjTmf8JBXE69" },
});

test("two oCIS of one stack are two subjects, each with its own claim, environment and connection", () => {
  const claims = (name: string, key: string) =>
    dynamic("customClaims", {
      inputs: {
        groupId: `${name}-users`,
        claims: [
          { key: "quota", value: "5" },
          { key, value: "ocisUser" },
        ],
      },
    });
  const client = (id: string, url: string) =>
    dynamic("oidcClient", { id, provider: { "pocketid:url": url } });
  const found = subjectsOf({
    resources: [
      component({ ...company("a"), environment: { PROXY_USER_OIDC_CLAIM: "sub" } }),
      component({ ...company("b"), environment: { PROXY_USER_OIDC_CLAIM: "preferred_username" } }),
      claims("a", "roles_a"),
      claims("b", "roles_b"),
      client("ocis.a.com", "https://one"),
      client("ocis.b.com", "https://two"),
    ],
  });
  const what = ({ ocisUrl, claimKey, identityClaim, configuration }: Subject) => [
    ocisUrl,
    claimKey,
    identityClaim,
    configuration["pocketid:url"],
  ];
  expect(found.map(what)).toEqual([
    ["https://ocis.a.com", "roles_a", "sub", "https://one"],
    ["https://ocis.b.com", "roles_b", "preferred_username", "https://two"],
  ]);
});

test("groups that were there before have the name of their role", () => {
  const admins = dynamic("userGroup", { id: "a-admins", outputs: { name: "it-staff" } });
  const [found] = subjectsOf({ resources: [component(company("a")), admins] });
  expect(found?.groups).toEqual([
    { id: "a-admins", name: "it-staff", claimValue: "ocisAdmin" },
    { id: "a-users", name: "of role user", claimValue: "ocisUser" },
  ]);
});

test.each([
  ["own", { allowedUserGroupIds: [] }, true],
  ["share", { allowedUserGroupsMode: "include" }, false],
])("an app's client of a stack with nativeClients %s", (_owner, inputs, exclusive) => {
  const app = dynamic("oidcClient", { id: company("a").nativeClientIds.desktop, inputs });
  const [found] = subjectsOf({ resources: [component(company("a")), app] });
  expect(found?.nativeClients.map((client) => client.exclusive)).toEqual([exclusive]);
});

test("an app's client is expected to have the callback URLs that the stack adds", () => {
  const callbackUrls = ["oc.branded://company.com", "http://127.0.0.1:*"];
  const app = dynamic("oidcClient", { id: company("a").nativeClientIds.desktop, inputs: { callbackUrls } });
  const [found] = subjectsOf({ resources: [component(company("a")), app] });
  expect(found?.nativeClients.map((client) => client.callbackUrls)).toEqual([callbackUrls]);
});

test("a client that another stack owns is not this stack's alone", () => {
  const [found] = subjectsOf({ resources: [component(company("a"))] });
  expect(found?.nativeClients.map((client) => client.exclusive)).toEqual([false]);
});

test("a component without outputs, of an `up` that stopped half-way, is left out", () => {
  expect(subjectsOf({ resources: [component({})] })).toEqual([]);
});

describe("variables of ours with another value", () => {
  const overridden = (environment: Record<string, string>, secretEnvironment = {}) => {
    const { ocisUrl, issuer } = company("a");
    const variables = { OCIS_URL: ocisUrl, OCIS_OIDC_ISSUER: issuer, ...environment };
    const ocis = component({ ...company("a"), environment: variables, secretEnvironment });
    return subjectsOf({ resources: [ocis] })[0]?.overridden;
  };

  test("are told from those that follow from state, and from the program's own", () => {
    const fine = { PROXY_TLS: "true", PROXY_USER_OIDC_CLAIM: "sub", DB_DSN: "x", OCIS_INSECURE: "false" };
    expect(overridden(fine)).toEqual([]);
    expect(overridden({ OCIS_INSECURE: "true", PROXY_USER_OIDC_CLAIM: "email" })).toEqual([
      { name: "OCIS_INSECURE", ours: "false", value: "true" },
      { name: "PROXY_USER_OIDC_CLAIM", ours: "preferred_username", value: "email" },
    ]);
  });

  test("have no value when state has them as a secret, and the others have one", () => {
    expect(overridden({ PROXY_TLS: "yes" }, { OCIS_INSECURE: "true" })).toEqual([
      { name: "OCIS_INSECURE", ours: "false", value: undefined },
      { name: "PROXY_TLS", ours: "false", value: "yes" },
    ]);
  });
});
