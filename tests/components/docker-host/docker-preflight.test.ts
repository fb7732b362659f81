import { UNKNOWN } from "../../support/operate";
import { args, containers, handler, ours, pretended, reasons, volume } from "./pretended-docker";

test("nothing is there yet: nothing to say", async () => {
  expect(await reasons()).toEqual([]);
  const entry = await handler.create(args);
  expect((await handler.refresh(entry))?.outputs).toEqual(entry.outputs);
});

test("names the volumes that a destroy leaves, if Docker can say", async () => {
  const entry = await handler.create(args);
  pretended.answers = { ...volume("config", ours), ...volume("data", ours) };
  await handler.delete(entry);
  expect(jest.mocked(console.error).mock.calls).toEqual([
    [
      "accounts and files stay in Docker's volumes config and data, where the next up finds them; " +
        "`docker volume rm config data` would delete them for good",
    ],
  ]);
  for (const none of [{}, { "/volumes/config": new Error("down"), "/volumes/data": new Error("down") }]) {
    pretended.answers = none;
    await handler.delete(entry);
  }
  expect(console.error).toHaveBeenCalledTimes(1);
});

test("makes the two volumes, with the label that says whose they are", async () => {
  await handler.create(args);
  expect(pretended.answers).toMatchObject({ ...volume("config", ours), ...volume("data", ours) });
});

test("a container of that name is refused; ours only when it can't be there", async () => {
  pretended.answers["/containers/shop-prod-ocis/json"] = { Config: { Labels: {} } };
  expect(await reasons()).toEqual([
    expect.stringContaining("'shop-prod-ocis' already exists and isn't ours"),
  ]);
  pretended.answers["/containers/shop-prod-ocis/json"] = { Config: { Labels: ours } };
  expect(await reasons()).toEqual([expect.stringContaining("belongs to this stack, but isn't in its state")]);
});

test("ours is fine while it is being changed", async () => {
  const entry = await handler.create(args);
  pretended.answers["/containers/shop-prod-ocis/json"] = { Config: { Labels: ours } };
  Object.assign(pretended.answers, containers([{ IP: "127.0.0.1", PublicPort: 9200, Type: "tcp" }], ours));
  await handler.update(entry, { ...args, networks: [] });
  Object.assign(pretended.answers, { "/images/owncloud/ocis:9/json": {} });
  await handler.update(entry, { ...args, image: "owncloud/ocis:9" });
});

test("a network that is not there is an error at up, when those of the program are made", async () => {
  const networks = ["proxy"];
  expect(await reasons({ networks })).toEqual([]);
  await expect(handler.create({ ...args, networks })).rejects.toThrow(
    "network 'proxy' does not exist: create it with `docker network create proxy`, or correct its name",
  );
  pretended.answers["/networks/proxy"] = { Name: "proxy" };
  await handler.create({ ...args, networks });
});

test.each([
  [
    "tcp://127.0.0.1:1",
    /^Docker is not reachable at tcp:\/\/127\.0\.0\.1:1 \(connect ECONNREFUSED.*docker:host/,
  ],
  [
    "unix:///nowhere.sock",
    /^Docker is not reachable at unix:\/\/\/nowhere\.sock \(connect ENOENT.*DOCKER_HOST/,
  ],
  ["localhost", /^'localhost' isn't a Docker address: write one like unix:/],
])("Docker at %s is an error at preview", async (host, reason) => {
  const { failures } = await handler.check({ ...args, docker: { host } });
  expect(failures).toEqual([{ property: "docker", reason: expect.stringMatching(reason) as string }]);
});

test("an address that is not known yet can't be asked", async () => {
  expect(await reasons({ docker: { host: UNKNOWN } })).toEqual([]);
});

test.each([
  [{ containerName: "a b" }, "containerName"],
  [{ image: "" }, "image"],
  [{ ports: [{ ip: "127.0.0.1", port: 70_000 }] }, "ports.0.port"],
])("bad input is refused: %j", async (change, property) => {
  const { failures } = await handler.check({ ...args, ...change });
  expect(failures.map((failure) => failure.property)).toContain(property);
});
