import { ocisEnvironment, OPENCLOUD } from "@ocis-pocket-id/components";
import { openDocker } from "@ocis-pocket-id/components/docker-host";
import { deploymentOf } from "../../cli/backup/deployment";
import { mermaid } from "../../cli/diagram/mermaid";
import { pictureOf } from "../../cli/diagram/picture";
import { checkContainer, checkSettings } from "../../cli/doctor/container";
import { environmentChanges } from "../../cli/drift/docker/contents";
import { PROXIES } from "../../cli/show/proxies";
import type { SnapshotResource, StackSnapshot } from "../../cli/stacks";
import { type Subject, subjectsOf } from "../../cli/stacks/subject";
import { type Company, pressing, startCompany } from "./doctor-company";

/** What the commands make of a stack that runs OpenCloud. */
const FACTS = {
  ocisUrl: "https://opencloud.company.com",
  issuer: "https://id.company.com",
  clientId: "opencloud.company.com",
};
const OURS = ocisEnvironment({
  ...FACTS,
  product: "opencloud",
  claimKey: "opencloud_role",
  tls: false,
  identityClaim: "preferred_username",
});
const lines = (variables: object) =>
  Object.entries(variables).map(([name, value]) => `${name}=${String(value)}`);

const resource = (type: string, fields: Partial<SnapshotResource>): SnapshotResource => ({
  ...{ urn: `urn:pulumi:test::p::${type}::x`, type, name: "x", id: "x", inputs: {}, outputs: {} },
  ...{ secrets: new Set<string>(), handler: undefined, provider: {} },
  ...fields,
});
const component = resource("ocis-pocket-id:index:OcisWithPocketId", {
  outputs: {
    ...{ ...FACTS, product: "opencloud", environment: { ...OURS, OC_INSECURE: "true" } },
    groupIds: { admin: "admins" },
    nativeClientIds: { ios: "OpenCloudIOS" },
    deployment: { target: "docker", container: "p-test-opencloud" },
  },
});
const container = resource("docker:index/container:Container", { inputs: { envs: lines(OURS) } });
const snapshot: StackSnapshot = {
  ...{ name: "test", project: "p", options: "--stack test", outputs: {}, connection: undefined },
  ...{ hasKeyInClear: false, hide: (text: string) => text, resources: [component, container] },
};
const [subject] = subjectsOf(snapshot) as [Subject];

test("state has a subject with OpenCloud's claim, role, apps and variables", () => {
  expect(subject).toMatchObject({
    product: "opencloud",
    claimKey: "opencloud_role",
    groups: [{ id: "admins", claimValue: "opencloudAdmin" }],
    nativeClients: [{ id: "OpenCloudIOS", callbackUrls: ["oc://ios.opencloud.eu"] }],
    overridden: [{ name: "OC_INSECURE", ours: "false", value: "true" }],
  });
});

test.each([true, false])("drift prints values of our variables (without the component: %j)", (alone) => {
  const docker = openDocker()({ host: "unix:///nowhere/docker.sock" });
  const resources = alone ? [container] : snapshot.resources;
  const one = { resource: container, name: "", docker, fix: "", showValues: false };
  const live = { ...OURS, OC_URL: "https://elsewhere.example" };
  const changes = environmentChanges(
    { Env: lines(live) },
    { ...one, snapshot: { ...snapshot, resources } },
    [],
  );
  expect(changes.map(({ words }) => words)).toEqual([
    "variable OC_URL is 'https://elsewhere.example', should be 'https://opencloud.company.com'",
  ]);
});

test("doctor checks OpenCloud's variables and container, in its words", () => {
  const environment = { ...OURS, OC_OIDC_ISSUER: "https://other.company.com" };
  expect(pressing(checkSettings({ ...subject, environment }))).toEqual([
    "environment-breaks-logins: in the stack's environment OC_OIDC_ISSUER isn't 'https://id.company.com'",
  ]);
  const facts = { name: "oc", environment: {}, lacksSettings: true, dataFileSystem: "nfs4" };
  const [settings, data] = checkContainer({ product: "opencloud", container: facts });
  expect(settings?.what).toBe(
    "OpenCloud in container 'oc' logs that its opencloud.yaml lacks a setting of this version",
  );
  expect(settings?.fix).toContain("--volumes-from oc --env OC_INSECURE=false --entrypoint opencloud ");
  expect(data?.what).toContain("OpenCloud in container 'oc' keeps its files");
});

describe("doctor, with a Pocket ID", () => {
  let company: Company;
  beforeAll(async () => {
    company = await startCompany();
  });
  afterAll(() => company.remove());

  test("an OpenCloud that doesn't answer, and people with roles of oCIS", async () => {
    company.ocis.settings.status = 502;
    const findings = await company.find({}, { product: "opencloud" });
    company.reset();
    const found = pressing(findings);
    expect(found).toContain(
      `ocis-unreachable: a proxy in front of OpenCloud at ${company.ocis.url} answers HTTP 502`,
    );
    expect(found.filter((one) => one.startsWith("person-role-unknown"))).toHaveLength(4);
    const roles = OPENCLOUD.roles.map(({ claimValue }) => claimValue).join(", ");
    expect(findings.find(({ code }) => code === "person-role-unknown")?.fix).toContain(
      `the roles are ${roles}`,
    );
    expect(JSON.stringify(findings.map(({ why, fix }) => why + fix))).not.toMatch(/oCIS|ownCloud/);
  });
});

test("a diagram and a proxy's configuration name OpenCloud", () => {
  expect(mermaid(pictureOf(snapshot))).toContain('ocis["OpenCloud<br/>');
  expect(PROXIES.traefik(component)).toContain("service: opencloud\n");
});

test("a backup has the extended attributes, which Docker's archives lack", () => {
  const volumes = ["config", "data"].map((part) => ({
    ...{ type: "volume", source: `p-test-opencloud-${part}` },
    target: part === "data" ? "/var/lib/opencloud" : "/etc/opencloud",
  }));
  const urn = "urn:pulumi:test::p::ocis-pocket-id:index:OcisWithPocketId$docker:index/container:Container::x";
  const mounting = {
    ...{ ...container, urn, name: "opencloud-container" },
    inputs: { ...container.inputs, name: "p-test-opencloud", image: "sha256:1", mounts: volumes },
  };
  const { services } = deploymentOf({ ...snapshot, resources: [component, mounting] });
  expect(
    services.flatMap(({ places }) => places.map(({ name, kind, source }) => [name, kind, source])),
  ).toEqual([
    ["opencloud-config", "opencloud-config", "p-test-opencloud-config"],
    ["opencloud-data", "opencloud-data", "p-test-opencloud-data"],
    ["opencloud-attributes", "opencloud-attributes", "p-test-opencloud-data"],
  ]);
});
