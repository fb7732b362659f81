import * as pulumi from "@pulumi/pulumi";
import { setTimeout as sleep } from "node:timers/promises";
import { declareCompany } from "../../program";
import { withoutWaits } from "../support/without-waits";

withoutWaits();

/** Where nobody listens: previews look for what is there already. */
const NOWHERE = "http://127.0.0.1:1";

/** Names of resources in the order in which the engine is asked for them, and `made <name>` when the proxy is there. */
let order: string[];
let inputsOf: Record<string, Record<string, unknown>>;

beforeEach(async () => {
  jest.spyOn(console, "warn").mockImplementation();
  [order, inputsOf] = [[], {}];
  await pulumi.runtime.setMocks(
    {
      async newResource({ name, inputs }) {
        const given = inputs as Record<string, unknown>;
        order.push(name);
        inputsOf[name] = given;
        if (name === "proxy-container") {
          await sleep(500);
          order.push("made proxy-container");
        }
        const state = { ...given, imageId: "sha256:1", value: "generated", ipamConfigs: [], link: "l" };
        return { id: `${name}-id`, state };
      },
      call: () => ({}),
    },
    "shop",
    "prod",
  );
});
afterEach(() => {
  jest.restoreAllMocks();
  pulumi.runtime.setAllConfig({});
});

async function declare(config: Readonly<Record<string, string>>) {
  const all = {
    "shop:domain": "company.com",
    "shop:pocketId": "managed",
    "pocketid:url": NOWHERE,
    ...config,
  };
  pulumi.runtime.setAllConfig(all, ["shop:pocketIdEncryptionKey", "pocketid:apiKey"]);
  declareCompany();
  await pulumi.runtime.disconnect(false);
}

test("nothing is made in Pocket ID before the TLS proxy in front of it is there", async () => {
  await declare({ "shop:pocketIdAdmin": '{"username":"alice","email":"alice@company.com"}' });
  const made = order.indexOf("made proxy-container");
  expect(made).toBeGreaterThan(-1);
  for (const name of ["pocket-id-ready", "pocket-id-admin", "ocis-web"]) {
    expect([name, order.indexOf(name) > made]).toEqual([name, true]);
  }
  // Nor does a stranger become admin at the setup page in the meantime.
  expect(JSON.stringify(inputsOf["proxy-container"])).toContain("path('/api/signup/setup')");
});

test("giving the encryption key keeps the one that was generated, which may be in use", async () => {
  await declare({ "shop:pocketIdEncryptionKey": "the-key-of-the-old-volume" });
  expect(order).toContain("pocket-id-encryption-key");
  const { envs, uploads } = inputsOf["pocket-id-container"] ?? {};
  expect(JSON.stringify(uploads)).toContain(
    '{"content":"the-key-of-the-old-volume","file":"/run/secrets/encryption-key"}',
  );
  // Where everybody who may use Docker could read it.
  expect(JSON.stringify(envs)).not.toContain("the-key-of-the-old-volume");
});

test("the program refuses what Pocket ID would, as a first preview can't ask a handler", async () => {
  const admin = { "shop:pocketIdAdmin": '{"username":"alice","email":"alice"}' };
  await expect(declare(admin)).rejects.toThrow("pocket-id-admin: email must be an e-mail address");
  await pulumi.runtime.disconnect(false);
});

describe("behind a Traefik of the Docker host", () => {
  const traefik = { "shop:traefik": '{"network":"web","certResolver":"le"}' };
  const admin = { "shop:pocketIdAdmin": '{"username":"alice","email":"alice@company.com"}' };
  const labelsOf = (container: string) => {
    const labels = inputsOf[container]?.["labels"] as { label: string; value: string }[];
    return Object.fromEntries(labels.map(({ label, value }) => [label, value]));
  };

  test("both containers have labels and its network, and nothing is published", async () => {
    await declare({ ...traefik, ...admin });
    expect(order.filter((name) => /^proxy|network$/.test(name))).toEqual([]);
    expect(labelsOf("ocis-container")).toMatchObject({
      "traefik.http.routers.shop-prod-ocis.rule": "Host(`ocis.company.com`)",
      "traefik.http.routers.shop-prod-ocis.tls.certresolver": "le",
    });
    // Nor does a stranger become admin at the setup page.
    expect(labelsOf("pocket-id-container")).toMatchObject({
      "traefik.http.routers.shop-prod-pocket-id.rule":
        "Host(`pocket-id.company.com`) && !(Method(`POST`) && Path(`/api/signup/setup`))",
      "traefik.http.services.shop-prod-pocket-id.loadbalancer.server.port": "1411",
    });
    for (const container of ["ocis-container", "pocket-id-container"]) {
      expect(inputsOf[container]?.["networksAdvanced"]).toEqual([{ name: "web" }]);
      expect(inputsOf[container]?.["ports"] ?? []).toEqual([]);
    }
    expect(inputsOf["ocis-container"]?.["hosts"]).toEqual([
      { host: "ocis.company.com", ip: "host-gateway" },
      { host: "pocket-id.company.com", ip: "host-gateway" },
    ]);
    expect(inputsOf["pocket-id-preflight"]).toMatchObject({ network: "web" });
  });

  test("an existing Pocket ID stays as it is; extraHosts can name another way to it", async () => {
    const extraHosts = '{"pocket-id.company.com":"10.0.0.7"}';
    const existing = { "shop:pocketId": "existing", "pocketid:apiKey": "key", "shop:extraHosts": extraHosts };
    await declare({ ...traefik, ...existing });
    expect(order).not.toContain("pocket-id-container");
    expect(labelsOf("ocis-container")).toMatchObject({ "traefik.docker.network": "web" });
    expect(inputsOf["ocis-container"]?.["hosts"]).toEqual([
      { host: "pocket-id.company.com", ip: "10.0.0.7" },
    ]);
  });

  test.each([
    ["shop:traefik", '{"entryPoint":"https"}', "traefik.network: must be text"],
    ["shop:port", "9300", "port: is set by traefik: run `pulumi config rm port`"],
    [
      "shop:hsts",
      "true",
      "hsts: is a setting of Caddy, which doesn't run with traefik: run `pulumi config rm hsts`",
    ],
    ["shop:target", "bundle", "target: must be docker with traefik"],
    ["shop:pocketIdHost", "10.0.0.7", "pocketIdHost: '10.0.0.7' is an address, for which"],
  ])("%s %s is refused", async (key, value, problem) => {
    await expect(declare({ ...traefik, [key]: value })).rejects.toThrow(problem);
    await pulumi.runtime.disconnect(false);
  });
});

describe("in Kubernetes", () => {
  const config = {
    "shop:target": "kubernetes",
    "shop:pocketIdAdmin": '{"username":"alice","email":"alice@company.com"}',
    "shop:limits": '{"memory":8192}',
  };
  const inPocketId = (name: string) => inputsOf[`pocket-id-${name}`] ?? {};

  test("Pocket ID is reached as oCIS is, has its own namespace, and nothing is in Docker", async () => {
    const storage = { className: "fast", data: "500Gi" };
    const ingress = { className: "nginx", clusterIssuer: "le" };
    const kubernetes = JSON.stringify({ namespace: "acme", storage, ingress });
    await declare({ ...config, "shop:kubernetes": kubernetes });
    expect(order.filter((name) => /container|proxy|network$/.test(name))).toEqual([]);
    for (const [name, host] of [
      ["pocket-id-ingress", "pocket-id.company.com"],
      ["ocis-ingress", "ocis.company.com"],
    ] as const) {
      expect(inputsOf[name]).toMatchObject({
        metadata: { annotations: { "cert-manager.io/cluster-issuer": "le" } },
        spec: { ingressClassName: "nginx", rules: [{ host }] },
      });
    }
    expect(inPocketId("preflight")).toMatchObject({
      ...{ namespace: "acme-pocket-id", storageClass: "fast", dataSize: "1Gi" },
    });
    expect(inputsOf["ocis-preflight"]).toMatchObject({ namespace: "acme", dataSize: "500Gi" });
    // The limits of oCIS are not those of Pocket ID.
    expect(JSON.stringify(inPocketId("stateful-set"))).toContain('"limits":{"memory":"1024Mi"}');
    expect(JSON.stringify(inputsOf["ocis-stateful-set"])).toContain('"limits":{"memory":"8192Mi"}');
  });

  test("nothing is made in Pocket ID before it has an admin and can be reached", async () => {
    await declare(config);
    const inOrder = ["started", "ingress", "ready", "admin"].map((name) =>
      order.indexOf(`pocket-id-${name}`),
    );
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
    expect(inOrder[0]).toBeGreaterThan(-1);
    expect(order.indexOf("ocis-web")).toBeGreaterThan(order.indexOf("pocket-id-admin"));
  });

  test("both share a namespace that isn't theirs", async () => {
    await declare({ ...config, "shop:kubernetes": '{"namespace":"team","createNamespace":false}' });
    expect(inPocketId("preflight")).toMatchObject({ namespace: "team", createNamespace: false });
    expect(inputsOf["ocis-preflight"]).toMatchObject({ namespace: "team", createNamespace: false });
  });
});
