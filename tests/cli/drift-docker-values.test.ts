import { openDocker } from "@ocis-pocket-id/components/docker-host";
import { ocisEnvironment } from "@ocis-pocket-id/components";
import { environmentChanges, labelChanges } from "../../cli/drift/docker/contents";
import type { InDocker } from "../../cli/drift/docker/objects";
import type { SnapshotResource } from "../../cli/stacks";

/** Which values of variables `drift` prints: those that this package has set, and with --show-values all that aren't secret. */
const FACTS = { ocisUrl: "https://ocis.company.com", issuer: "https://id.company.com" };
const OURS = ocisEnvironment({
  ...FACTS,
  clientId: "ocis.company.com",
  claimKey: "roles",
  tls: false,
  identityClaim: "preferred_username",
});

type Variables = Readonly<Record<string, string>>;
const lines = (variables: Variables) => Object.entries(variables).map(([name, value]) => `${name}=${value}`);

const resource = (type: string, fields: Partial<SnapshotResource>): SnapshotResource => ({
  ...{ urn: `urn:pulumi:test::p::${type}::x`, type, name: "x", id: "x", inputs: {}, outputs: {} },
  ...{ secrets: new Set<string>(), handler: undefined, provider: {} },
  ...fields,
});

interface Case {
  /** What state has beside our own variables, or in their place. */
  readonly state?: Variables;
  /** What the container has in their place. */
  readonly live: Variables;
  readonly secret?: boolean;
  readonly showValues?: boolean;
  /** Whether the stack has the component. */
  readonly alone?: boolean;
}

function inDocker(
  inputs: SnapshotResource["inputs"],
  secrets: readonly string[],
  { showValues = false, alone = false }: Partial<Case>,
): InDocker {
  const container = resource("docker:index/container:Container", { inputs, secrets: new Set(secrets) });
  const component = resource("ocis-pocket-id:index:OcisWithPocketId", {
    outputs: { ...FACTS, clientId: "ocis.company.com" },
  });
  const snapshot = {
    ...{ name: "test", project: "p", options: "--stack test", outputs: {}, connection: undefined },
    ...{ hasKeyInClear: false, hide: (text: string) => text },
    resources: alone ? [container] : [component, container],
  };
  const docker = openDocker()({ host: "unix:///nowhere/docker.sock" });
  return { resource: container, name: "", docker, snapshot, fix: "", showValues };
}

function found(its: Case): string[] {
  const should = { ...OURS, ...its.state };
  const one = inDocker({ envs: lines(should) }, its.secret === true ? ["envs"] : [], its);
  return environmentChanges({ Env: lines({ ...should, ...its.live }) }, one, []).map(({ words }) => words);
}

test.each<[string, Case, string[]]>([
  [
    "one of ours",
    { live: { OCIS_URL: "https://elsewhere.example" } },
    ["variable OCIS_URL is 'https://elsewhere.example', should be 'https://ocis.company.com'"],
  ],
  [
    "one of the program's, whatever its name",
    { state: { DB_DSN: "postgres://u:pw@db" }, live: { DB_DSN: "postgres://u:other@db" } },
    ["variable DB_DSN differs"],
  ],
  ["one that a hand has added", { live: { FRUIT: "banana" } }, ["variable FRUIT was added"]],
  [
    "one of ours that the program overrides",
    { state: { OCIS_INSECURE: "true" }, live: { OCIS_INSECURE: "false" } },
    ["variable OCIS_INSECURE differs"],
  ],
  [
    "an address of ours that the program overrides",
    { state: { OCIS_URL: "https://other.company.com" }, live: { OCIS_URL: "https://elsewhere.example" } },
    ["variable OCIS_URL differs"],
  ],
  [
    "one of two values that the program overrides with a third",
    { state: { PROXY_USER_OIDC_CLAIM: "email" }, live: { PROXY_USER_OIDC_CLAIM: "sub" } },
    ["variable PROXY_USER_OIDC_CLAIM differs"],
  ],
  [
    "one of ours in a list that is secret for another one",
    { secret: true, live: { OCIS_URL: "https://elsewhere.example" } },
    ["variable OCIS_URL differs"],
  ],
  [
    "an address, of a program without the component",
    { alone: true, live: { OCIS_URL: "https://elsewhere.example" } },
    ["variable OCIS_URL is 'https://elsewhere.example', should be 'https://ocis.company.com'"],
  ],
  [
    "an address with more in it, of a program without the component",
    {
      alone: true,
      state: { OCIS_URL: "https://u:pw@ocis.company.com" },
      live: { OCIS_URL: "https://x.example" },
    },
    ["variable OCIS_URL differs"],
  ],
])("%s", (_what, its, expected) => {
  expect(found(its)).toEqual(expected);
});

test("--show-values shows all of them", () => {
  const its = { state: { DB_DSN: "is" }, live: { DB_DSN: "was", FRUIT: "banana" }, showValues: true };
  expect(found(its)).toEqual([
    "variable DB_DSN is 'was', should be 'is'",
    "variable FRUIT = 'banana' was added",
  ]);
});

test("--show-values shows no secret, and nothing that a hand has put beside it", () => {
  const its = { state: { DB_DSN: "is" }, live: { DB_DSN: "was", FRUIT: "banana" } };
  expect(found({ ...its, secret: true, showValues: true })).toEqual([
    "variable DB_DSN differs",
    "variable FRUIT was added",
  ]);
});

test.each([
  [false, [], ["differs", "is missing", "is '0', should be '1'"]],
  [true, [], ["is 'u:other', should be 'u:pw'", "is missing, should be 'x'", "is '0', should be '1'"]],
  [true, ["labels"], ["differs", "is missing", "differs"]],
])(
  "labels of others are like variables of the program (--show-values %j, secret %j)",
  (showValues, secrets, expected) => {
    const own = "io.github.ocis-pocket-id.csp-sha256";
    const labels = Object.entries({ "proxy.users": "u:pw", gone: "x", [own]: "1" });
    const inputs = { labels: labels.map(([label, value]) => ({ label, value })) };
    const changes = labelChanges(
      { Labels: { "proxy.users": "u:other", [own]: "0" } },
      inDocker(inputs, secrets, { showValues }),
    );
    expect(changes.map(({ words }) => words)).toEqual(
      ["proxy.users", "gone", own].map((label, index) => `label ${label} ${expected[index] ?? ""}`),
    );
  },
);
