import { type AddressInfo, createServer as createListener } from "node:net";
import { startDockerApi } from "../../support/docker-api";
import { args, containers, handler, IMAGE, pretended, reasons, volume } from "./pretended-docker";

test.each([
  ["0.0.0.0", "127.0.0.1", 1],
  ["127.0.0.1", "127.0.0.1", 1],
  ["127.0.0.1", "0.0.0.0", 1],
  ["192.0.2.1", "127.0.0.1", 0],
])("a container that publishes the port on %s: %s has %d problems", async (taken, ip, count) => {
  Object.assign(pretended.answers, containers([{ IP: taken, PublicPort: 9200, Type: "tcp" }]));
  const found = await reasons({ ports: [{ ip, port: 9200 }] });
  expect(found).toEqual(
    count === 0 ? [] : [`port ${ip}:9200 is taken by container 'other': stop that, or publish another port`],
  );
});

test("a program of this machine doesn't matter to a Docker elsewhere", async () => {
  const listener = createListener();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as AddressInfo;
  expect(await reasons({ ports: [{ ip: "127.0.0.1", port }] })).toEqual([]);
  await new Promise((resolve) => listener.close(resolve));
});

describe("another oCIS on the same data", () => {
  const running = (mount: object) => ({
    "/containers/json": [
      {
        ...{ Id: "theirs", Names: ["/ocis"], Image: "owncloud/ocis:7.1.0", Mounts: [mount] },
        Ports: [{ IP: "0.0.0.0", PublicPort: 9200, Type: "tcp" }],
      },
    ],
  });
  const there = { ...volume("config", null), ...volume("data", null) };
  const adopting = { adoptVolumes: true, ports: [{ ip: "127.0.0.1", port: 9200 }] };

  test("is a warning at preview, with the port that it holds; and stops the up", async () => {
    pretended.answers = { ...IMAGE, ...there, ...running({ Name: "data", RW: true }) };
    expect(await reasons(adopting)).toEqual([]);
    const line = expect.stringContaining(
      "container 'ocis' runs on 'data', which only one oCIS may use",
    ) as string;
    expect(jest.mocked(console.error).mock.calls).toContainEqual([line]);
    await expect(handler.create({ ...args, ...adopting })).rejects.toThrow("docker rm -f ocis");
  });

  test.each([
    { Name: "config", RW: true },
    { Name: "data", RW: false },
  ])("isn't one with %j", async (mount) => {
    pretended.answers = { ...IMAGE, ...there, ...running(mount) };
    expect(await reasons(adopting)).toEqual([expect.stringContaining("is taken by container 'ocis'")]);
  });

  test.each([
    ["host", 0],
    ["bridge", 1],
  ])("on the network %s, where Docker lists no ports, is %d problems", async (NetworkMode, count) => {
    const local = await startDockerApi();
    const listener = createListener();
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as AddressInfo;
    const old = { Id: "theirs", Names: ["/ocis"], Image: "owncloud/ocis:7.1.0", Mounts: [{ Name: "data" }] };
    local.answers = {
      ...{ "/version": { Version: "27.0.0" }, ...IMAGE, ...there },
      "/containers/json": [{ ...old, HostConfig: { NetworkMode }, Ports: [] }],
    };
    const found = await reasons({
      ...adopting,
      docker: { host: local.url },
      ports: [{ ip: "127.0.0.1", port }],
    });
    expect(found.map((reason) => reason.replace(/ is taken.*/, ""))).toEqual(
      count === 0 ? [] : [`port 127.0.0.1:${port}`],
    );
    await new Promise((resolve) => listener.close(resolve));
    await local.close();
  });
});
