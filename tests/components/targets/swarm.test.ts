import * as pulumi from "@pulumi/pulumi";
import { swarmTarget, type SwarmTargetArgs, workload } from "../../../components/targets";
import { serviceLimits } from "../../../components/targets/limits";
import { variablesFile } from "../../../components/targets/swarm/objects";
import { mockEngine, registered, run, valueOf } from "./mocks";

const CSP = "directives: {}\n";
const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const OWNER = { label: "io.github.ocis-pocket-id.owner", value: "shop/prod/ocis" };
const settings = {
  url: "https://ocis.company.com",
  issuer: "https://pocket-id.company.com",
  environment: { OCIS_URL: "https://ocis.company.com", OCIS_INSECURE: "false" },
  contentSecurityPolicy: CSP,
};

beforeAll(mockEngine);
afterEach(() => {
  pulumi.runtime.setAllConfig({});
});

interface Changes {
  secrets?: Record<string, string>;
  csp?: string;
  name?: string;
}

const target = (args: SwarmTargetArgs = {}, { secrets, csp = CSP, name = "ocis" }: Changes = {}) =>
  run(() => {
    const all = {
      ...{ ...settings, contentSecurityPolicy: csp },
      ...(secrets && { secretEnvironment: pulumi.secret(secrets) }),
    };
    return swarmTarget(name, workload(all, args), { publish: { port: 9200 }, ...args }, {});
  });

/** A secret on its way to the engine, which keeps it encrypted in state. Source: `specialSigKey` of the SDK. */
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
const base64 = (text: string) => Buffer.from(text).toString("base64");

test("makes these children, and nothing else, by default", async () => {
  const { inputs, result } = await target();
  const children = "preflight admin-password config data image csp admin environment service ready";
  expect(Object.keys(inputs).sort()).toEqual(
    children
      .split(" ")
      .map((child) => `ocis-${child}`)
      .sort(),
  );
  expect(registered[0]?.name).toBe("ocis-preflight");
  expect(inputs["ocis-preflight"]).toMatchObject({
    owner: "shop/prod/ocis",
    service: "shop-prod-ocis",
    configVolume: "shop-prod-ocis-config",
    dataVolume: "shop-prod-ocis-data",
    pinned: true,
    networks: [],
    port: 9200,
  });
  expect(inputs["ocis-data"]).toEqual({ name: "shop-prod-ocis-data", labels: [OWNER] });
  expect(inputs["ocis-ready"]).toMatchObject({
    service: "shop-prod-ocis",
    issuer: "https://pocket-id.company.com",
    tls: false,
    triggers: { settings: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  });
  expect(await valueOf(result.summary)).toEqual({
    target: "swarm",
    service: "shop-prod-ocis",
    volumes: { config: "shop-prod-ocis-config", data: "shop-prod-ocis-data" },
    secrets: "volume",
    publishedUrl: "http://127.0.0.1:9200",
  });
});

test("the service, exactly", async () => {
  const { inputs } = await target();
  const { taskSpec, ...rest } = inputs["ocis-service"] ?? {};
  expect(rest).toEqual({
    name: "shop-prod-ocis",
    labels: [OWNER],
    mode: { replicated: { replicas: 1 } },
    updateConfig: { parallelism: 1, order: "stop-first", failureAction: "pause" },
    endpointSpec: {
      mode: "vip",
      ports: [{ targetPort: 9200, publishedPort: 9200, publishMode: "host", protocol: "tcp" }],
    },
  });
  const { containerSpec, ...task } = taskSpec as { containerSpec: Record<string, unknown> };
  expect(task).toEqual({
    resources: { limits: { memoryBytes: 4096 * 2 ** 20 } },
    logDriver: { name: "local", options: { "max-file": "5", "max-size": "10m" } },
    placement: { constraints: ["node.id == this-node"] },
    networksAdvanceds: [],
    restartPolicy: { condition: "any", delay: "5s", window: "0s" },
  });
  const { args, configs, secrets, ...container } = containerSpec;
  expect(container).toEqual({
    image: "sha256:digest",
    commands: ["/bin/sh"],
    env: settings.environment,
    sysctl: {},
    mounts: [
      { type: "volume", source: "shop-prod-ocis-config", target: "/etc/ocis" },
      { type: "volume", source: "shop-prod-ocis-data", target: "/var/lib/ocis" },
      { type: "tmpfs", target: "/tmp" },
    ],
    hosts: [],
    healthcheck: {
      tests: ["CMD", "ocis", "proxy", "health"],
      interval: "5s",
      timeout: "5s",
      retries: 6,
      startPeriod: "1m",
    },
    stopGracePeriod: "30s",
    capDrops: ["ALL"],
    readOnly: true,
  });
  expect(args).toEqual([
    "-c",
    expect.stringMatching(/^set -a; \. \/run\/secrets\/ocis-environment; set \+a; /),
  ]);
  expect(configs).toEqual([
    {
      configId: "ocis-csp-id",
      configName: inputs["ocis-csp"]?.["name"],
      ...{ fileName: "/etc/ocis/csp.yaml", fileUid: "0", fileGid: "0", fileMode: 0o444 },
    },
  ]);
  expect(secrets).toMatchObject([
    {
      secretId: "ocis-admin-id",
      fileName: "/run/secrets/ocis-admin-password",
      fileUid: "1000",
      fileMode: 0o400,
    },
    { secretId: "ocis-environment-id", fileName: "/run/secrets/ocis-environment" },
  ]);
});

test("secrets are only in secrets, which keep them in state as such", async () => {
  const { inputs } = await target(
    { tls: { certificate: PEM, privateKey: PEM } },
    { secrets: { DB_DSN: "hush-hush" } },
  );
  const { "ocis-environment": variables, "ocis-key": key, ...others } = inputs;
  expect(variables?.["data"]).toEqual(secret(base64("# Variables of oCIS\nDB_DSN=hush-hush\n")));
  expect(key?.["data"]).toEqual(secret(base64(PEM)));
  expect(inputs["ocis-admin"]?.["data"]).toEqual(secret(base64("the-secret")));
  expect(JSON.stringify(others)).not.toContain("hush-hush");
  expect(JSON.stringify(others["ocis-service"])).toContain("PROXY_TRANSPORT_TLS_KEY");
});

test("names follow the content, can't be guessed from it, and fit into a Swarm's", async () => {
  const name = "a".repeat(80);
  const nameOf = async (changes: Changes, child = "csp") => {
    const { inputs } = await target({}, { name, ...changes });
    return String(inputs[`${name}-${child}`]?.["name"]);
  };
  const first = await nameOf({});
  expect(first).toMatch(/^shop-prod-a+-csp-[0-9a-f]{16}$/);
  expect(first).toHaveLength(64);
  expect(await nameOf({})).toBe(first);
  expect(await nameOf({ csp: "other" })).not.toBe(first);
  const variables = await nameOf({ secrets: { A: "1" } }, "environment");
  expect(await nameOf({ secrets: { A: "2" } }, "environment")).not.toBe(variables);
  // A plain hash would let anyone who lists secrets try out what a short one is.
  const { createHash } = await import("node:crypto");
  const plain = createHash("sha256").update(`shop/prod/${name}\0${CSP}`).digest("hex");
  expect(first).not.toContain(plain.slice(0, 16));
});

test("on other nodes, the Swarm makes the volumes, and nothing is checked here", async () => {
  const constraints = ["node.labels.ocis == data"];
  const { inputs } = await target({ constraints });
  expect(inputs["ocis-data"]).toBeUndefined();
  expect(inputs["ocis-preflight"]).toMatchObject({ pinned: false });
  expect(inputs["ocis-service"]).toMatchObject({
    taskSpec: {
      placement: { constraints },
      containerSpec: {
        mounts: [
          { source: "shop-prod-ocis-config", volumeOptions: { labels: [OWNER] } },
          { source: "shop-prod-ocis-data", volumeOptions: { labels: [OWNER] } },
          { type: "tmpfs" },
        ],
      },
    },
  });
});

test("networks are joined by their IDs, which is what Docker returns", async () => {
  const networks = [{ name: "proxy", aliases: ["ocis"] }, { name: "other" }];
  const { inputs, result } = await target({ networks, publish: false, readiness: false, hardening: false });
  expect(inputs["ocis-preflight"]).toMatchObject({ networks: ["proxy", "other"] });
  const service = inputs["ocis-service"] as { taskSpec: { containerSpec: object } };
  expect(service).toMatchObject({
    taskSpec: { networksAdvanceds: [{ id: "proxy-id", aliases: ["ocis"] }, { id: "other-id" }] },
  });
  expect(service.taskSpec.containerSpec).not.toHaveProperty("capDrops");
  expect(inputs["ocis-ready"]).toBeUndefined();
  expect(await valueOf(result.summary)).not.toHaveProperty("publishedUrl");
});

test("folders are mounted instead of volumes; an authority is a config", async () => {
  const folders = { config: "/srv/ocis/config", data: "/srv/ocis/data" };
  const { inputs } = await target({ volumes: folders, caCertificate: PEM });
  expect(inputs["ocis-data"]).toBeUndefined();
  expect(inputs["ocis-authority"]).toMatchObject({ dataRaw: PEM });
  expect(inputs["ocis-service"]).toMatchObject({
    taskSpec: { containerSpec: { mounts: [{ type: "bind", source: folders.config }, { type: "bind" }, {}] } },
  });
});

test("refuses a service that nothing could reach, and ports that don't exist", () => {
  const make = (args: SwarmTargetArgs) => () => swarmTarget("ocis", workload(settings, args), args, {});
  expect(make({})).toThrow("nothing could reach oCIS in the Swarm: set networks");
  expect(make({ publish: { port: 0 } })).toThrow("publish.port is 0, but must be a whole number");
});

test("limits", () => {
  expect(serviceLimits({ memory: 0, cpus: 1.5, logs: 0 })).toEqual({
    resources: { limits: { nanoCpus: 1.5e9 } },
  });
  expect(serviceLimits({ memory: 0, logs: 0 })).toEqual({});
  expect(() => serviceLimits({ memory: 100 })).toThrow("limits.memory is 100");
});

test("variables are written as a shell reads them", () => {
  expect(variablesFile({ B: "it's", A: "$HOME", C: "" })).toBe(
    `# Variables of oCIS\nA='$HOME'\nB='it'\\''s'\nC=''\n`,
  );
  expect(() => variablesFile({ "A-B": "" })).toThrow("'A-B' can't be the name of an environment variable");
  expect(() => variablesFile({ A: "\0" })).toThrow("an environment variable can't hold a zero byte");
});
