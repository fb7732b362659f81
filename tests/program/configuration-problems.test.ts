import * as pulumi from "@pulumi/pulumi";
import { readStack } from "../../program";
import { mockEngine } from "../components/targets/mocks";

/** What the program prints about a configuration before it declares anything. */
function complaint(config: Readonly<Record<string, string>>, secretKeys: readonly string[] = []): string {
  const known = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.includes(":") ? key : `shop:${key}`, value]),
  );
  pulumi.runtime.setAllConfig(known, [...secretKeys]);
  try {
    readStack();
  } catch (error) {
    // Anything else would be printed with a stack trace.
    expect((error as Error).stack).toBe("");
    return (error as Error).message;
  }
  throw new Error("no problem was found");
}

const KEY = { "pocketid:apiKey": "hush-hush" };
const SECRET = ["pocketid:apiKey"];

beforeAll(mockEngine);

test.each([[{}], [KEY], [{ "pocketid:apiKey": "two words" }]])(
  "without a domain, no line names a host that nobody configured: %j",
  (config: Record<string, string>) => {
    const text = complaint(config, SECRET);
    expect(text).toMatch(/^ {2}domain: is missing: write your company's domain/m);
    expect(text).not.toMatch(/https?:\/\/|\.invalid|hush-hush|two words/);
    if (!("pocketid:apiKey" in config)) {
      expect(text).toMatch(
        /^ {2}pocketid: no API key for Pocket ID: run `pulumi config set --secret pocketid:apiKey`$/m,
      );
    }
  },
);

test("with a domain, the line names its Pocket ID", () => {
  expect(complaint({ domain: "acme.test" })).toContain("no API key for https://pocket-id.acme.test: run");
});

const FLAGS = [
  ...["protect", "tls", "readiness", "adoptVolumes", "allowEmptyVolumes", "allowDowngrade"],
  ...["pocketid:insecureHttp", "pocketid:apiKeyFromEnvironment"],
];
const wrongFlags = FLAGS.flatMap((key) =>
  ["maybe", "yes", "True", "1"].map((value): [string, string, string] => [
    key,
    value,
    "must be true or false",
  ]),
);
const wrongNumbers = ["soon", "0", "-1", "3601", "NaN", "Infinity"].map((value): [string, string, string] => [
  "pocketid:timeoutSeconds",
  value,
  "must be 1 to 3600 seconds",
]);

test.each([
  ["adopt", "maybe", "must be never, ifExists, must or reclaim"],
  ["port", "many", "must be a port"],
  ...wrongFlags,
  ...wrongNumbers,
])("%s is '%s': one line, with a command that names the key", (key, value, rule) => {
  const text = complaint({ ...KEY, domain: "acme.test", [key]: value }, SECRET);
  const line = text.split("\n").find((one) => one.startsWith(`  ${key}: `)) ?? "";
  expect(text.split("\n")).toHaveLength(2);
  expect(line).toContain(rule);
  expect(line).toContain(`\`pulumi config set ${key} ...\``);
});

test.each(["OCIS_URL", "OCIS_OIDC_ISSUER", "WEB_OIDC_CLIENT_ID", "OCIS_INSECURE"])(
  "extraEnvironment.%s: no line quotes a value that the variable doesn't have",
  (name) => {
    const text = complaint(
      { ...KEY, domain: "acme.test", extraEnvironment: JSON.stringify({ [name]: "x" }) },
      SECRET,
    );
    expect(text).toContain(`'${name}' is set already: write it under overrideEnvironment to change it`);
  },
);

test("an OpenCloud can't require a backup that no command makes, and has hosts and problems of its own", () => {
  const cloud = { ...KEY, product: "opencloud" };
  expect(complaint({ ...cloud, domain: "acme.test", ocisSecrets: "stack" }, SECRET)).toContain(
    "  ocisSecrets: can't be stack with OpenCloud",
  );
  expect(complaint(cloud, SECRET)).toContain("gives opencloud.company.com");
  expect(complaint({ ...cloud, product: "nextcloud" }, SECRET)).toContain(
    "product: must be ocis or opencloud",
  );
});

test("a managed Pocket ID needs no API key, and decides what belongs to its TLS proxy", () => {
  const managed = { domain: "acme.test", pocketId: "managed" };
  const text = complaint({ ...managed, port: "9201", networks: '["web"]', target: "bundle" });
  expect(text).not.toContain("API key");
  expect(text).toContain(
    "  port: is set by pocketId managed, whose TLS proxy is in front of oCIS: run `pulumi config rm port`",
  );
  expect(text).toMatch(/^ {2}networks: is set by pocketId managed/m);
  expect(text).toMatch(/^ {2}target: must be docker or kubernetes if pocketId is managed/m);
  expect(complaint({ ...managed, ...KEY }, SECRET)).toMatch(/^ {2}pocketid:apiKey: has no effect with/m);
});

test.each([
  [{ domain: "localhost" }, "domain: Let's Encrypt has no certificates for names like 'ocis.localhost'"],
  [
    { domain: "company.com", issuer: "http://localhost:1411" },
    "issuer: 'http://localhost:1411' is plain http",
  ],
  [{ domain: "company.com", ocisHost: "192.0.2.1" }, "ocisHost: '192.0.2.1' is an address"],
  [
    { domain: "company.com", pocketIdHost: "id.company.com:80" },
    "pocketIdHost: 'id.company.com:80' has port 80",
  ],
  [
    { ocisHost: "ocis.company.com:8443", pocketIdHost: "id.company.com:8443" },
    "certificates: can't be acme, because Let's Encrypt connects to port 443",
  ],
  [{ domain: "company.com", listen: "::1" }, "listen: '::1' isn't an IPv4 address"],
  [
    { domain: "company.com", acmeEmail: "it company.com" },
    "acmeEmail: 'it company.com' isn't an e-mail address",
  ],
])("a managed Pocket ID refuses what its TLS proxy can't do: %j", (config, line) => {
  const lines = complaint({ pocketId: "managed", ...config }).split("\n");
  expect(lines.some((one) => one.startsWith(`  ${line}`))).toBe(true);
});

test.each([
  { domain: "localhost", certificates: "internal" },
  {
    domain: "company.com",
    ocisHost: "ocis.company.com:8443",
    listen: "192.0.2.1",
    acmeEmail: "it@company.com",
  },
])("a managed Pocket ID takes %j", (config) => {
  expect(complaint({ pocketId: "managed", adopt: "maybe", ...config }).split("\n")).toHaveLength(2);
});

test.each([
  [{ target: "swarm" }, "networks: is missing, so nothing could reach oCIS in the Swarm"],
  [
    { target: "swarm", port: "9200", requireBackup: "24" },
    "requireBackup: doesn't work with target swarm: run `pulumi config rm requireBackup`",
  ],
  [
    { constraints: '["a == b"]' },
    "constraints: works with target swarm only: run `pulumi config rm constraints`",
  ],
  [{ target: "swarm", port: "9200", constraints: "[]" }, "constraints: is an empty list"],
  [
    { target: "swarm", port: "9200", pocketId: "managed" },
    "target: must be docker or kubernetes if pocketId is managed",
  ],
])("a Swarm: %j", (config, line) => {
  const lines = complaint({ ...KEY, domain: "acme.test", ...config }, SECRET).split("\n");
  expect(lines.filter((one) => one.startsWith(`  ${line}`))).toHaveLength(1);
});

test.each([
  [{ hsts: "true" }, "hsts: is a setting of Caddy, which doesn't run in Kubernetes: run"],
  [{ certificates: "internal" }, "certificates: is a setting of Caddy, which doesn't run in Kubernetes"],
  [{ listen: "127.0.0.1" }, "listen: is a setting of Caddy, which doesn't run in Kubernetes"],
  [{ issuer: "http://localhost:1411" }, "issuer: 'http://localhost:1411' is plain http"],
  [
    { kubernetes: '{"gateway":{"name":"web"}}' },
    "kubernetes.gateway.namespace: must be set with pocketId managed",
  ],
  [
    { kubernetes: '{"gateway":{"name":"web"}}' },
    "kubernetes.gateway.sectionName: must be set with pocketId managed",
  ],
  [{ kubernetes: '{"gateway":{"name":"web","port":0}}' }, "kubernetes.gateway.port: must be a port"],
  [{ pocketIdDatabase: "mysql://db/id" }, "pocketIdDatabase: must be a URL of PostgreSQL like postgres://"],
  [{ pocketIdDatabase: "postgres://db/id" }, "pocketIdDatabase: may have a password: run"],
  [
    { target: "docker", pocketIdDatabase: "postgres://db/id" },
    "pocketIdDatabase: works with target kubernetes only: run `pulumi config rm pocketIdDatabase`",
  ],
  [
    { pocketId: "existing", pocketIdDatabase: "postgres://db/id" },
    "pocketIdDatabase: works with pocketId managed only",
  ],
])("a managed Pocket ID in Kubernetes refuses %j", (config, line) => {
  const managed = { domain: "company.com", pocketId: "managed", target: "kubernetes", ...config };
  const lines = complaint(managed).split("\n");
  expect(lines.filter((one) => one.startsWith(`  ${line}`))).toHaveLength(1);
});

test.each([
  [
    '{"ingress":{"className":"nginx"},"gateway":{"name":"web"}}',
    "kubernetes.ingress: has no effect with a gateway: run",
  ],
  [
    '{"ingress":{"issuer":"a","clusterIssuer":"b"}}',
    "kubernetes.ingress.issuer: can't be set with clusterIssuer: run",
  ],
])("a route to Kubernetes: %s", (kubernetes, line) => {
  const config = { ...KEY, domain: "acme.test", target: "kubernetes", kubernetes };
  const lines = complaint(config, SECRET).split("\n");
  expect(lines.filter((one) => one.startsWith(`  ${line}`))).toHaveLength(1);
});

test("keys of a managed Pocket ID have no effect on another one, and are refused", () => {
  const text = complaint(
    { domain: "acme.test", ...KEY, certificates: "internal", pocketIdAdmin: '{"username":"a"}' },
    SECRET,
  );
  expect(text).toMatch(
    /^ {2}certificates: works with pocketId managed only: run `pulumi config rm certificates`$/m,
  );
  expect(text).toMatch(/^ {2}pocketIdAdmin.email: /m);
});
