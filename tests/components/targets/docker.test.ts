import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import {
  deploy,
  dockerTarget,
  type DockerTargetArgs,
  type TargetArgs,
  usesOwnTls,
  workload,
} from "../../../components/targets";
import { fingerprintOf, ocisConfiguration } from "../../../components/settings/ocis-yaml";
import { hostsProblem } from "../../../components/targets/container";
import { containerArgs, type Parts } from "../../../components/targets/docker/container";
import { composeLimits, dockerLimits } from "../../../components/targets/limits";
import { DEFAULT_OCIS_IMAGE } from "../../../components/settings";
import { mockEngine, registered, run, valueOf } from "./mocks";

const CSP = "directives: {}\n";
const CSP_HASH = "62ff7820797cbe3badbbe6f89104612373530954fcf25e2232ef452f4d8ede90";
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
  delete process.env["DOCKER_HOST"];
});

const make = (args: DockerTargetArgs, opts: pulumi.CustomResourceOptions = {}, name = "ocis") =>
  dockerTarget(name, workload(settings, args), args, opts);
const target = (args: DockerTargetArgs = {}) => run(() => make(args));

test("makes these children, and nothing else, by default", async () => {
  const { inputs, result } = await target();
  expect(Object.keys(inputs).sort()).toEqual(
    [
      "preflight",
      "secrets",
      "admin-password",
      "csp",
      "config",
      "data",
      "network",
      "image",
      "container",
      "ready",
    ]
      .map((child) => `ocis-${child}`)
      .sort(),
  );
  // Everything but the secrets waits for it.
  expect(registered.slice(0, 2).map(({ name }) => name)).toEqual(["ocis-secrets", "ocis-preflight"]);
  expect(inputs["ocis-preflight"]).toMatchObject({
    owner: "shop/prod/ocis",
    containerName: "shop-prod-ocis",
    image: DEFAULT_OCIS_IMAGE,
    configVolume: "shop-prod-ocis-config",
    dataVolume: "shop-prod-ocis-data",
    adoptVolumes: false,
    networks: [],
    ports: [{ ip: "127.0.0.1", port: 9200 }],
  });
  expect(inputs["ocis-csp"]).toMatchObject({
    directory: ".ocis-pocket-id/prod-ocis",
    files: { "csp.yaml": CSP },
  });
  expect(inputs["ocis-data"]).toEqual({ name: "shop-prod-ocis-data", labels: [OWNER] });
  expect(inputs["ocis-network"]).toMatchObject({ name: "shop-prod-ocis", labels: [OWNER] });
  expect(inputs["ocis-image"]).toEqual({ name: DEFAULT_OCIS_IMAGE, keepLocally: true });
  expect(inputs["ocis-ready"]).toMatchObject({
    container: "shop-prod-ocis",
    issuer: "https://pocket-id.company.com",
    tls: false,
    triggers: { containerId: "ocis-container-id" },
  });
  expect(result.publishedUrl).toBe("http://127.0.0.1:9200");
  expect(await valueOf(result.container.name)).toBe("shop-prod-ocis");
});

/** A secret on its way to the engine, which keeps it encrypted in state. Source: `specialSigKey` of the SDK. */
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

test("the container, exactly", async () => {
  const { inputs } = await target();
  const { uploads, mounts, command, ...rest } = inputs["ocis-container"] ?? {};
  expect(rest).toEqual({
    name: "shop-prod-ocis",
    image: "sha256:1",
    entrypoints: ["/bin/sh"],
    envs: ["OCIS_INSECURE=false", "OCIS_URL=https://ocis.company.com"],
    labels: [OWNER, { label: "io.github.ocis-pocket-id.csp-sha256", value: CSP_HASH }],
    ports: [{ internal: 9200, external: 9200, ip: "127.0.0.1" }],
    networksAdvanced: [{ name: "shop-prod-ocis" }],
    hosts: [],
    healthcheck: {
      tests: ["CMD", "ocis", "proxy", "health"],
      interval: "10s",
      timeout: "5s",
      retries: 3,
      startPeriod: "1m0s",
    },
    restart: "always",
    destroyGraceSeconds: 30,
    stopTimeout: 30,
    memory: 4096,
    memorySwap: -1,
    logDriver: "local",
    logOpts: { "max-file": "5", "max-size": "10m" },
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges"],
  });
  expect(command).toEqual([
    "-c",
    '[ -f /etc/ocis/ocis.yaml ] || IDM_ADMIN_PASSWORD="$(cat /run/secrets/ocis-admin-password)" ocis init >/dev/null || ' +
      '{ echo "ocis init failed with exit code $?" >&2; exit 1; }; exec ocis server',
  ]);
  expect(mounts).toEqual([
    { type: "volume", source: "shop-prod-ocis-config", target: "/etc/ocis" },
    { type: "volume", source: "shop-prod-ocis-data", target: "/var/lib/ocis" },
    {
      type: "bind",
      source: expect.stringMatching(/^\/.*\/\.ocis-pocket-id\/prod-ocis\/csp\.yaml$/) as string,
      target: "/etc/ocis/csp.yaml",
      readOnly: true,
    },
  ]);
  expect(uploads).toEqual([{ file: "/run/secrets/ocis-admin-password", content: "the-secret" }]);
});

test("with its secrets in the stack, the first start writes the stack's ocis.yaml", async () => {
  const { inputs, result } = await target({ secrets: "stack", protect: true });
  const { uploads, command, envs } = inputs["ocis-container"] ?? {};
  expect(command).toEqual([
    "-c",
    "[ -f /etc/ocis/ocis.yaml ] || (umask 077 && cat /run/secrets/ocis.yaml >/etc/ocis/.ocis.yaml && " +
      'mv /etc/ocis/.ocis.yaml /etc/ocis/ocis.yaml) || { echo "writing ocis.yaml failed with exit code $?" >&2; exit 1; }; ' +
      "exec ocis server",
  ]);
  const content = ocisConfiguration({ seed: "the-secret", adminPassword: "the-secret" });
  expect(uploads).toEqual([{ file: "/run/secrets/ocis.yaml", content }]);
  expect(inputs["ocis-preflight"]).toMatchObject({
    ocisSecrets: "stack",
    fingerprint: fingerprintOf("the-secret"),
  });
  // `docker inspect` shows variables to everybody who may use it.
  expect(JSON.stringify(envs)).not.toContain("the-secret");
  expect((await valueOf(result.summary)).secrets).toBe("stack");
  expect((await valueOf((await target()).result.summary)).secrets).toBe("volume");
});

test("csp.yaml is uploaded where asked for, and to a Docker elsewhere", async () => {
  const uploaded = async (args: DockerTargetArgs) => {
    const { inputs } = await target(args);
    const { uploads, mounts } = inputs["ocis-container"] ?? {};
    expect(inputs["ocis-csp"]).toBeUndefined();
    expect(mounts).toHaveLength(2);
    expect(uploads).toContainEqual({ file: "/etc/ocis/csp.yaml", content: CSP });
  };
  await uploaded({ cspDelivery: "upload" });
  await uploaded({ dockerHost: "ssh://admin@server" });
  await uploaded({ dockerHost: pulumi.output("unix:///computed") });
  pulumi.runtime.setAllConfig({ "docker:host": "tcp://server:2376" });
  await uploaded({});
  pulumi.runtime.setAllConfig({});
  process.env["DOCKER_HOST"] = "ssh://server";
  await uploaded({});
  expect((await target({ cspDelivery: "mount" })).inputs["ocis-csp"]).toBeDefined();
});

test("an explicit Docker host goes to the provider and to our own resources; that of the stack to ours only", async () => {
  const { inputs } = await target({ dockerHost: "unix:///podman.sock" });
  expect(inputs["ocis-docker"]).toEqual({ host: "unix:///podman.sock" });
  for (const child of ["ocis-preflight", "ocis-ready"]) {
    expect(inputs[child]).toMatchObject({ docker: { host: "unix:///podman.sock" } });
  }
  pulumi.runtime.setAllConfig({ "docker:host": "unix:///other.sock" });
  const configured = (await target()).inputs;
  expect(configured["ocis-docker"]).toBeUndefined();
  expect(configured["ocis-preflight"]).toMatchObject({ docker: { host: "unix:///other.sock" } });
});

describe("an explicit docker.Provider", () => {
  class Company extends pulumi.ComponentResource {
    constructor(name: string, opts: pulumi.ComponentResourceOptions) {
      super("test:index:Company", name, {}, opts);
      this.registerOutputs({});
    }
  }
  const provider = () =>
    new docker.Provider("remote", {
      host: "ssh://admin@server",
      sshOpts: ["-J", "jump"],
      keyMaterial: pulumi.secret("key"),
    });
  const WHERE = {
    host: "ssh://admin@server",
    sshOpts: ["-J", "jump"],
    keyMaterial: "key",
  };

  test.each<[string, (provider: docker.Provider) => pulumi.CustomResourceOptions]>([
    ["given", (given) => ({ provider: given })],
    ["of the component, in an array", (one) => ({ parent: new Company("c", { providers: [one] }) })],
    ["of the component, in a map", (one) => ({ parent: new Company("c", { providers: { docker: one } }) })],
    ["of the component, alone", (one) => ({ parent: new Company("c", { provider: one }) })],
    [
      "inherited from further up",
      (one) => ({ parent: new Company("c", { parent: new Company("top", { providers: [one] }) }) }),
    ],
  ])("%s, also says where the checks, the wait and csp.yaml go", async (_name, opts) => {
    pulumi.runtime.setAllConfig({ "docker:host": "unix:///not-this-one.sock" });
    const { inputs } = await run(() => make({}, opts(provider())));
    for (const child of ["ocis-preflight", "ocis-ready"]) {
      expect(inputs[child]?.["docker"]).toMatchObject({ value: WHERE });
    }
    expect(inputs["ocis-csp"]).toBeUndefined();
    expect(inputs["ocis-docker"]).toBeUndefined();
    const container = registered.find(({ name }) => name === "ocis-container");
    expect(container?.provider).toContain("::remote::");
  });

  test("keeps its address and certificates when the image's registry needs a login", async () => {
    const registry = { address: "registry.company.com", username: "ci", password: "pw" };
    const opts = { parent: new Company("c", { providers: [provider()] }) };
    const { inputs } = await run(() => make({ registry }, opts));
    expect(inputs["ocis-docker"]).toMatchObject({
      host: "ssh://admin@server",
      sshOpts: JSON.stringify(["-J", "jump"]),
      keyMaterial: expect.objectContaining({ value: "key" }) as object,
    });
  });

  test("contradicts dockerHost", () => {
    const opts = { provider: provider() };
    expect(() => make({ dockerHost: "ssh://other" }, opts)).toThrow(
      "dockerHost and the docker.Provider in the component's options both name a Docker host: remove one of them",
    );
  });
});

test("all that the stack says of Docker goes to our own resources, too", async () => {
  pulumi.runtime.setAllConfig({
    "docker:context": "office",
    "docker:sshOpts": '["-J","jump"]',
    "docker:certPath": "/certs",
  });
  const { inputs } = await target();
  for (const child of ["ocis-preflight", "ocis-ready"]) {
    expect(inputs[child]).toMatchObject({
      docker: { context: "office", sshOpts: ["-J", "jump"], certPath: "/certs" },
    });
  }
});

test("folders are mounted instead of volumes, and aren't resources", async () => {
  const folders = { config: "/srv/ocis/config", data: "/srv/ocis/data" };
  const { inputs, result } = await target({ volumes: folders, cspDelivery: "upload" });
  expect(inputs["ocis-config"]).toBeUndefined();
  expect(inputs["ocis-data"]).toBeUndefined();
  expect(inputs["ocis-preflight"]).toMatchObject({ configVolume: folders.config, dataVolume: folders.data });
  expect(inputs["ocis-container"]?.["mounts"]).toEqual([
    { type: "bind", source: folders.config, target: "/etc/ocis" },
    { type: "bind", source: folders.data, target: "/var/lib/ocis" },
  ]);
  expect(await valueOf(result.volumeNames.data)).toBe(folders.data);
});

test("with SELinux, what is mounted from the host is relabelled; volumes need it not", async () => {
  const { inputs } = await target({ selinuxRelabel: "z" });
  expect(inputs["ocis-container"]).toMatchObject({
    mounts: [{ type: "volume" }, { type: "volume" }],
    volumes: [
      {
        hostPath: expect.stringMatching(/csp\.yaml$/) as string,
        containerPath: "/etc/ocis/csp.yaml",
        readOnly: true,
        selinuxRelabel: "z",
      },
    ],
  });
  const folders = { config: "/srv/config", data: "/srv/data" };
  const { mounts, volumes } =
    (await target({ volumes: folders, selinuxRelabel: "Z" })).inputs["ocis-container"] ?? {};
  expect(mounts).toEqual([]);
  expect(volumes).toHaveLength(3);
});

test("a registry's login is the provider's, as a secret", async () => {
  const registry = { address: "registry.company.com", username: "ci", password: "pw" };
  const { inputs } = await target({ registry });
  expect(inputs["ocis-docker"]).toEqual({ registryAuth: secret(JSON.stringify([registry])) });
});

test("existing networks are joined instead of one of its own", async () => {
  const networks = [{ name: "proxy", aliases: ["ocis.company.com"] }, { name: "other" }];
  const { inputs, result } = await target({ networks, extraHosts: [{ host: "a.b", ip: "host-gateway" }] });
  expect(inputs["ocis-network"]).toBeUndefined();
  expect(result.network).toBeUndefined();
  expect(inputs["ocis-preflight"]).toMatchObject({ networks: ["proxy", "other"] });
  expect(inputs["ocis-container"]).toMatchObject({
    networksAdvanced: networks,
    hosts: [{ host: "a.b", ip: "host-gateway" }],
  });
});

test("an IPv6 address of an extra host is refused, and not quoted if it is a secret", () => {
  expect(hostsProblem([{ ip: "host-gateway" }, { ip: "192.0.2.1" }])).toBeUndefined();
  expect(hostsProblem([{ ip: "192.0.2.1" }, { ip: "fd00::1" }])).toEqual({
    open: "extraHosts: 'fd00::1' is an IPv6 address: give an IPv4 one, or host-gateway",
    secret: "extraHosts: a secret address is an IPv6 address: give an IPv4 one, or host-gateway",
  });
});

test.each(["::1", "[::1]"])("an IPv6 address to publish at, %s", async (ip) => {
  const { inputs, result } = await target({ publish: { ip, port: 9201 } });
  expect(result.publishedUrl).toBe("http://[::1]:9201");
  const ports = Object.values(inputs).flatMap((one) => (one["ports"] ?? []) as { ip: string }[]);
  expect(ports.map((port) => port.ip)).toEqual(ports.map(() => "::1"));
  expect(ports.length).toBeGreaterThan(0);
});

test("nothing is published, no readiness, no hardening, where so asked", async () => {
  const { inputs, result } = await target({ publish: false, readiness: false, hardening: false });
  expect(inputs["ocis-container"]).toMatchObject({ ports: [] });
  expect(inputs["ocis-container"]).not.toHaveProperty("capabilities");
  expect(inputs["ocis-preflight"]).toMatchObject({ ports: [] });
  expect(inputs["ocis-ready"]).toBeUndefined();
  expect(result.publishedUrl).toBeUndefined();
  expect(result.ready).toBeDefined();
});

test("limits, and what Docker would refuse in the middle of an up", async () => {
  const { inputs } = await target({ limits: { memory: 0, cpus: 1.5, logs: 25 } });
  expect(inputs["ocis-container"]).toMatchObject({ cpus: "1.5", logOpts: { "max-size": "5m" } });
  expect(inputs["ocis-container"]).not.toHaveProperty("memory");
  for (const [limits, field] of [
    [{ memory: 100 }, "limits.memory is 100"],
    [{ cpus: -1 }, "limits.cpus is -1"],
    [{ logs: 1 }, "limits.logs is 1"],
  ] as const) {
    expect(() => dockerLimits(limits)).toThrow(field);
    expect(() => composeLimits(limits)).toThrow(field);
  }
});

test("Podman, which reports them in its own way, gets no limits", async () => {
  const parts: Parts = {
    ...{ name: "ocis", image: "ocis", labels: [], networks: [], extraHosts: [], adminPassword: "" },
    ...{
      published: undefined,
      cspFile: undefined,
      secretsIn: pulumi.output("volume" as const),
      configuration: "",
      podman: true,
    },
    volumes: { config: "config", data: "data" },
  };
  const args = containerArgs(workload(settings, {}), {}, parts);
  const { memory, memorySwap, logDriver, logOpts } = args;
  for (const limit of [memory, memorySwap, logDriver, logOpts]) expect(await valueOf(limit)).toBeUndefined();
});

test("TLS of its own: self-signed, or with a certificate", async () => {
  expect(
    [undefined, false, true, { certificate: PEM, privateKey: PEM }].map((tls) =>
      usesOwnTls({ ...(tls === undefined ? {} : { tls }) }),
    ),
  ).toEqual([false, false, true, true]);
  const own = await target({
    tls: { certificate: PEM, privateKey: PEM },
    publish: { ip: "0.0.0.0", port: 443 },
  });
  expect(own.result.publishedUrl).toBe("https://0.0.0.0:443");
  expect(own.inputs["ocis-ready"]).toMatchObject({ tls: true });
  const { envs, uploads } = own.inputs["ocis-container"] ?? {};
  expect(envs).toContain("PROXY_TRANSPORT_TLS_CERT=/run/secrets/ocis-tls.crt");
  expect(uploads).toEqual(
    secret(expect.arrayContaining([{ file: "/run/secrets/ocis-tls.key", content: PEM }])),
  );
});

test("a private authority is a file of its own, with its hash as a label", async () => {
  const { inputs } = await target({ caCertificate: PEM });
  const { labels, uploads } = inputs["ocis-container"] ?? {};
  expect(uploads).toContainEqual({ file: "/etc/ssl/certs/pocket-id-authority.crt", content: PEM });
  expect(labels).toContainEqual({
    label: "io.github.ocis-pocket-id.ca-sha256",
    value: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

test("names in Docker have no odd characters, the owner has all of them", async () => {
  const { inputs } = await run(() => make({ volumes: { data: "old-data" } }, {}, "my ocis/ü"));
  expect(inputs["my ocis/ü-preflight"]).toMatchObject({
    containerName: "shop-prod-my-ocis-",
    owner: "shop/prod/my ocis/ü",
    dataVolume: "old-data",
    configVolume: "shop-prod-my-ocis--config",
  });
});

test.each([0, 70_000, 1.5])("port %s is refused", (port) => {
  expect(() => make({ publish: { port } })).toThrow(
    `publish.port is ${port}, but must be a whole number from 1 to 65535`,
  );
});

test("a target that doesn't exist is named", () => {
  const args = { type: "dokcer" } as unknown as TargetArgs;
  expect(() => deploy("ocis", workload(settings, {}), args, {})).toThrow(
    "target.type: 'dokcer' isn't a type of target: write docker, bundle, swarm, kubernetes, custom",
  );
});
