import { readContainer } from "../../cli/import/container";
import { type DockerApi, startDockerApi } from "../support/docker-api";

const IMAGE = { Id: "sha256:1", Config: { User: "1000", Env: ["PATH=/usr/bin", "OCIS_LOG_LEVEL=error"] } };

let docker: DockerApi;
beforeAll(async () => {
  docker = await startDockerApi();
});
afterAll(() => docker.close());

/** As Docker has a container, with what a test changes. */
function run(config: object, host: object = {}, networks: object = {}) {
  const container = {
    ...{ Id: "0123", Name: "/files", Image: "sha256:1", State: {} },
    Config: { Image: "owncloud/ocis:7.1.0", User: "1000", Env: [], ...config },
    HostConfig: { NetworkMode: "web", ...host },
    Mounts: [
      {
        Type: "volume",
        Name: "data",
        Source: "/var/lib/docker/volumes/data/_data",
        Destination: "/var/lib/ocis",
        RW: true,
      },
      { Type: "bind", Source: "/srv/config", Destination: "/etc/ocis", RW: true },
    ],
    NetworkSettings: { Networks: networks },
  };
  docker.answers = {
    "/containers/files/json": container,
    "/images/sha256:1/json": IMAGE,
    "/containers/json": [],
  };
  return readContainer("files", { host: docker.url });
}

test("only variables and the user that the image doesn't set count", async () => {
  const env = ["PATH=/usr/bin", "OCIS_LOG_LEVEL=error", "OCIS_URL=https://a.test"];
  const image = await run({ Env: env });
  expect([image.environment, image.user]).toEqual([{ OCIS_URL: "https://a.test" }, undefined]);
  expect((await run({ User: "99:100" })).user).toBe("99:100");
});

test("volumes have their names, and folders their paths", async () => {
  const { mounts } = await run({});
  expect(mounts).toEqual([
    { source: "data", target: "/var/lib/ocis" },
    { source: "/srv/config", target: "/etc/ocis" },
  ]);
});

test("the port is the one on which oCIS listens inside", async () => {
  const bindings = { "5200/tcp": [{ HostIp: "", HostPort: "8080" }], "9200/tcp": [{ HostPort: "1" }] };
  const { ports } = await run({ Env: ["PROXY_HTTP_ADDR=0.0.0.0:5200"] }, { PortBindings: bindings });
  expect(ports).toEqual([{ ip: "0.0.0.0", port: 8080 }]);
});

test("an address of its own, and another container's network, are known", async () => {
  const networks = {
    web: { NetworkID: "1", IPAMConfig: { IPv4Address: "172.20.0.5" } },
    bridge: { NetworkID: "2", IPAMConfig: null },
  };
  const own = await run({}, {}, networks);
  expect([own.networks, own.addresses, own.networkOf]).toEqual([
    ["web"],
    [{ network: "web", address: "172.20.0.5" }],
    undefined,
  ]);
  const others = await run({}, { NetworkMode: "container:0123456789abcdef" });
  expect(others.networkOf).toBe("0123456789ab");
});
