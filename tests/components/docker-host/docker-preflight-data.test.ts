import {
  args,
  containers,
  FREE,
  handler,
  IMAGE,
  ours,
  OWNER,
  pretended,
  reasons,
  volume,
} from "./pretended-docker";

describe("once it is in state", () => {
  const later = async (changes: object, there: Record<string, unknown>) => {
    pretended.answers = { ...IMAGE, ...FREE };
    const entry = await handler.create(args);
    pretended.answers = { ...IMAGE, ...FREE, ...there };
    return (await handler.check({ ...args, ...changes }, entry.inputs)).failures;
  };
  const BOTH = { ...volume("config", ours), ...volume("data", ours) };

  test("nothing changes while the volumes are there, whatever is on them", async () => {
    const entry = await handler.create(args);
    expect(await later({}, { ...volume("config", null), ...volume("data", null) })).toEqual([]);
    expect(await handler.diff(entry, args)).toMatchObject({ changes: false });
  });

  test("a volume that is gone is an error at each preview, unless an empty one is accepted", async () => {
    expect(await later({}, volume("config", ours))).toEqual([
      {
        property: "dataVolume",
        reason:
          `volume 'data' of this stack is gone from Docker at ${pretended.url}, and an empty one would replace it: restore it ` +
          "from its backup, or set allowEmptyVolumes to start with empty ones",
      },
    ]);
    expect(await later({}, {})).toHaveLength(2);
    expect(await later({ allowEmptyVolumes: true }, {})).toEqual([]);
  });

  test("accepting empty volumes makes them", async () => {
    const entry = await handler.create(args);
    pretended.answers = { ...IMAGE, ...FREE };
    expect(await handler.diff(entry, { ...args, allowEmptyVolumes: true })).toMatchObject({ changes: true });
    await handler.update(entry, { ...args, allowEmptyVolumes: true });
    expect(pretended.answers).toMatchObject(BOTH);
  });

  test("another Docker without the volumes is an error that names both", async () => {
    const elsewhere = pretended.url.replace("127.0.0.1", "localhost");
    const failures = await later({ docker: { host: elsewhere } }, {});
    expect(failures.map(({ reason }) => reason)).toEqual(
      ["config", "data"].map(
        (name) =>
          `volume '${name}' isn't on Docker at ${elsewhere}, and this stack's files are on ${pretended.url}: restore docker:host, ` +
          "move the volumes there, or set allowEmptyVolumes to start with empty ones",
      ),
    );
  });

  test("another Docker with the volumes goes on; volumes of nobody are not taken for ours there", async () => {
    const docker = { host: pretended.url.replace("127.0.0.1", "localhost") };
    expect(await later({ docker }, BOTH)).toEqual([]);
    const nobodys = { ...volume("config", null), ...volume("data", null) };
    expect(await later({ docker }, nobodys)).toHaveLength(2);
    expect(await later({ docker, adoptVolumes: true }, nobodys)).toEqual([]);
  });

  test("a Docker that is not there is a warning while there is nothing to do, and an error when there is", async () => {
    const docker = { host: "tcp://127.0.0.1:1" };
    const entry = await handler.create(args);
    const inputs = { ...entry.inputs, docker, url: docker.host };
    expect((await handler.check({ ...args, docker }, inputs)).failures).toEqual([]);
    expect(console.error).toHaveBeenCalledWith(
      expect.stringMatching(/^warning: oCIS's data was not checked: Docker is not reachable/),
    );
    const { failures } = await handler.check({ ...args, docker, image: "owncloud/ocis:9" }, inputs);
    expect(failures).toMatchObject([{ property: "docker" }]);
  });
});

test("our own volumes are found again", async () => {
  Object.assign(pretended.answers, volume("config", ours), volume("data", ours));
  expect(await reasons()).toEqual([]);
});

test("volumes of others are refused, adopted or not; those without an owner unless adopted", async () => {
  Object.assign(pretended.answers, volume("config", { [OWNER]: "shop/dev/ocis" }), volume("data", null));
  expect(await reasons()).toEqual([
    "volume 'config' belongs to shop/dev/ocis, and this is shop/prod/ocis: choose others with `volumes`",
    "volume 'data' already exists and has no owner label: set adoptVolumes to use the files in it, or choose others with `volumes`",
  ]);
  expect(await reasons({ adoptVolumes: true })).toHaveLength(1);
});

test("one volume without the other is refused: every login would fail", async () => {
  Object.assign(pretended.answers, volume("data", ours));
  expect(await reasons()).toEqual([expect.stringContaining("volume 'data' exists but 'config' doesn't")]);
});

describe("a component that was renamed", () => {
  const renamed = { owner: "shop/prod/files", containerName: "shop-prod-files" };
  const rename = async (changes: object, there: Record<string, unknown>) => {
    const entry = await handler.create(args);
    pretended.answers = {
      ...IMAGE,
      ...containers([{ PublicPort: 9200, Type: "tcp", IP: "127.0.0.1" }], ours),
      ...there,
    };
    const { failures } = await handler.check({ ...args, ...renamed, ...changes }, entry.inputs);
    return failures;
  };
  const OLD = { ...volume("config", ours), ...volume("data", ours) };

  test("is not to leave its files behind", async () => {
    const failures = await rename({ configVolume: "config-2", dataVolume: "data-2" }, OLD);
    expect(failures.map(({ property }) => property)).toEqual(["configVolume", "dataVolume"]);
    expect(failures[1]?.reason).toBe(
      "volume 'data-2' doesn't exist and would be empty, but this stack's files are in 'data': name the component as " +
        "before, choose the volumes with `volumes`, or set allowEmptyVolumes to start with empty ones",
    );
  });

  test("may go on with its volumes, and its port", async () => {
    expect(await rename({}, OLD)).toEqual([]);
  });

  test("may move to volumes that are there", async () => {
    const there = { ...volume("config-2", null), ...volume("data-2", null) };
    const changes = { configVolume: "config-2", dataVolume: "data-2" };
    expect(await rename({ ...changes, adoptVolumes: true }, there)).toEqual([]);
    expect(await rename(changes, there)).toHaveLength(2);
  });
});
