import * as pulumi from "@pulumi/pulumi";
import { usesOwnTls, workload } from "../../../components/targets";
import { hostsProblem } from "../../../components/targets/container";
import { containerArgs, type Parts } from "../../../components/targets/docker/container";
import { composeLimits, dockerLimits } from "../../../components/targets/limits";
import { valueOf } from "./mocks";
import { make, PEM, secret, settings, target } from "./docker-target";

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

test.each([0, 70_000, 1.5])("port %s is refused", (port) => {
  expect(() => make({ publish: { port } })).toThrow(
    `publish.port is ${port}, but must be a whole number from 1 to 65535`,
  );
});
