import { dockerPreflight } from "@ocis-pocket-id/components/handlers";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createListener } from "node:net";
import { tarOf } from "../../../cli/backup/tar";
import { fingerprintOf, ocisConfiguration } from "../../../components/settings/ocis-yaml";
import { startDockerApi } from "../../support/docker-api";
import { operate, UNKNOWN } from "../../support/operate";

const OWNER = "io.github.ocis-pocket-id.owner";

/** What the pretended Docker answers, by path; 404 for all else. */
let answers: Record<string, unknown>;
let server: Server;
let handler: ReturnType<typeof operate>;
/** The address of the pretended Docker. */
let here: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/volumes/create") {
      let text = "";
      request.on("data", (chunk) => (text += String(chunk)));
      request.on("end", () => {
        const { Name, Labels } = JSON.parse(text) as { Name: string; Labels: object };
        answers[`/volumes/${Name}`] = { Name, Labels };
        response.end(JSON.stringify(answers[`/volumes/${Name}`]));
      });
      return;
    }
    const answer = answers[decodeURIComponent(request.url ?? "")];
    const failure = answer instanceof Error ? { message: answer.message } : { message: "no such thing" };
    response.writeHead(answer === undefined ? 404 : answer instanceof Error ? 500 : 200);
    if (Buffer.isBuffer(answer)) {
      response.end(answer);
      return;
    }
    response.end(JSON.stringify(answer === undefined || answer instanceof Error ? failure : answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  here = `tcp://127.0.0.1:${port}`;
  args.docker = { host: here };
  handler = operate(dockerPreflight, {});
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const args = {
  docker: {},
  owner: "shop/prod/ocis",
  containerName: "shop-prod-ocis",
  image: "owncloud/ocis:8",
  configVolume: "config",
  dataVolume: "data",
  ports: [{ ip: "127.0.0.1", port: 9200 }],
};
const IMAGE = { "/images/owncloud/ocis:8/json": { Id: "sha256:1" } };
const volume = (name: string, Labels: object | null) => ({ [`/volumes/${name}`]: { Name: name, Labels } });
const ours = { [OWNER]: "shop/prod/ocis" };
const containers = (Ports: object[], Labels = {}) => ({
  "/containers/json": [{ Names: ["/other"], Labels, Ports }],
});
const FREE = containers([]);

const reasons = async (changes: object = {}) =>
  (await handler.check({ ...args, ...changes })).failures.map(({ reason }) => reason);

beforeEach(() => {
  answers = { ...IMAGE, ...FREE };
  jest.spyOn(console, "error").mockImplementation();
});
afterEach(() => jest.restoreAllMocks());

test("nothing is there yet: nothing to say", async () => {
  expect(await reasons()).toEqual([]);
  const entry = await handler.create(args);
  expect((await handler.refresh(entry))?.outputs).toEqual(entry.outputs);
});

test("names the volumes that a destroy leaves, if Docker can say", async () => {
  const entry = await handler.create(args);
  answers = { ...volume("config", ours), ...volume("data", ours) };
  await handler.delete(entry);
  expect(jest.mocked(console.error).mock.calls).toEqual([
    [
      "accounts and files stay in Docker's volumes config and data, where the next up finds them; " +
        "`docker volume rm config data` would delete them for good",
    ],
  ]);
  for (const none of [{}, { "/volumes/config": new Error("down"), "/volumes/data": new Error("down") }]) {
    answers = none;
    await handler.delete(entry);
  }
  expect(console.error).toHaveBeenCalledTimes(1);
});

test("makes the two volumes, with the label that says whose they are", async () => {
  await handler.create(args);
  expect(answers).toMatchObject({ ...volume("config", ours), ...volume("data", ours) });
});

describe("once it is in state", () => {
  const later = async (changes: object, there: Record<string, unknown>) => {
    answers = { ...IMAGE, ...FREE };
    const entry = await handler.create(args);
    answers = { ...IMAGE, ...FREE, ...there };
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
          `volume 'data' of this stack is gone from Docker at ${here}, and an empty one would replace it: restore it ` +
          "from its backup, or set allowEmptyVolumes to start with empty ones",
      },
    ]);
    expect(await later({}, {})).toHaveLength(2);
    expect(await later({ allowEmptyVolumes: true }, {})).toEqual([]);
  });

  test("accepting empty volumes makes them", async () => {
    const entry = await handler.create(args);
    answers = { ...IMAGE, ...FREE };
    expect(await handler.diff(entry, { ...args, allowEmptyVolumes: true })).toMatchObject({ changes: true });
    await handler.update(entry, { ...args, allowEmptyVolumes: true });
    expect(answers).toMatchObject(BOTH);
  });

  test("another Docker without the volumes is an error that names both", async () => {
    const elsewhere = here.replace("127.0.0.1", "localhost");
    const failures = await later({ docker: { host: elsewhere } }, {});
    expect(failures.map(({ reason }) => reason)).toEqual(
      ["config", "data"].map(
        (name) =>
          `volume '${name}' isn't on Docker at ${elsewhere}, and this stack's files are on ${here}: restore docker:host, ` +
          "move the volumes there, or set allowEmptyVolumes to start with empty ones",
      ),
    );
  });

  test("another Docker with the volumes goes on; volumes of nobody are not taken for ours there", async () => {
    const docker = { host: here.replace("127.0.0.1", "localhost") };
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
  Object.assign(answers, volume("config", ours), volume("data", ours));
  expect(await reasons()).toEqual([]);
});

test("volumes of others are refused, adopted or not; those without an owner unless adopted", async () => {
  Object.assign(answers, volume("config", { [OWNER]: "shop/dev/ocis" }), volume("data", null));
  expect(await reasons()).toEqual([
    "volume 'config' belongs to shop/dev/ocis, and this is shop/prod/ocis: choose others with `volumes`",
    "volume 'data' already exists and has no owner label: set adoptVolumes to use the files in it, or choose others with `volumes`",
  ]);
  expect(await reasons({ adoptVolumes: true })).toHaveLength(1);
});

test("one volume without the other is refused: every login would fail", async () => {
  Object.assign(answers, volume("data", ours));
  expect(await reasons()).toEqual([expect.stringContaining("volume 'data' exists but 'config' doesn't")]);
});

test("a container of that name is refused; ours only when it can't be there", async () => {
  answers["/containers/shop-prod-ocis/json"] = { Config: { Labels: {} } };
  expect(await reasons()).toEqual([
    expect.stringContaining("'shop-prod-ocis' already exists and isn't ours"),
  ]);
  answers["/containers/shop-prod-ocis/json"] = { Config: { Labels: ours } };
  expect(await reasons()).toEqual([expect.stringContaining("belongs to this stack, but isn't in its state")]);
});

test("ours is fine while it is being changed", async () => {
  const entry = await handler.create(args);
  answers["/containers/shop-prod-ocis/json"] = { Config: { Labels: ours } };
  Object.assign(answers, containers([{ IP: "127.0.0.1", PublicPort: 9200, Type: "tcp" }], ours));
  await handler.update(entry, { ...args, networks: [] });
  Object.assign(answers, { "/images/owncloud/ocis:9/json": {} });
  await handler.update(entry, { ...args, image: "owncloud/ocis:9" });
});

test.each([
  ["0.0.0.0", "127.0.0.1", 1],
  ["127.0.0.1", "127.0.0.1", 1],
  ["127.0.0.1", "0.0.0.0", 1],
  ["192.0.2.1", "127.0.0.1", 0],
])("a container that publishes the port on %s: %s has %d problems", async (taken, ip, count) => {
  Object.assign(answers, containers([{ IP: taken, PublicPort: 9200, Type: "tcp" }]));
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

test("an image that the registry does not know is refused; one that can be pulled is announced", async () => {
  const image = "owncloud/ocis:9";
  answers[`/distribution/${image}/json`] = new Error("manifest unknown: manifest unknown");
  expect(await reasons({ image })).toEqual([
    `image ${image} is neither on this Docker host nor in its registry: correct its name`,
  ]);
  answers[`/distribution/${image}/json`] = { Descriptor: {} };
  expect(await reasons({ image })).toEqual([]);
  expect(console.error).toHaveBeenLastCalledWith(
    `image ${image} is not on this Docker host yet and will be pulled`,
  );
});

test("a registry that can't be asked is a warning: pulling may work all the same", async () => {
  const image = "registry.example/ocis:1";
  answers[`/distribution/${image}/json`] = new Error("no basic auth credentials");
  expect(await reasons({ image })).toEqual([]);
  expect(console.error).toHaveBeenLastCalledWith(
    expect.stringMatching(/^warning: .*no basic auth credentials.*docker login/),
  );
  expect(await reasons({ image: UNKNOWN })).toEqual([]);
});

test("a network that is not there is an error at up, when those of the program are made", async () => {
  const networks = ["proxy"];
  expect(await reasons({ networks })).toEqual([]);
  await expect(handler.create({ ...args, networks })).rejects.toThrow(
    "network 'proxy' does not exist: create it with `docker network create proxy`, or correct its name",
  );
  answers["/networks/proxy"] = { Name: "proxy" };
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

const DIGEST = `sha256:${"0".repeat(64)}`;

describe("an image that can't be run as oCIS", () => {
  test.each([
    ["owncloud/server:10.15", "is an image of ownCloud 10, not of oCIS"],
    ["docker.io/owncloud/server", "is an image of ownCloud 10"],
    ["nextcloud:30-apache", "is an image of Nextcloud"],
    ["registry.company.com:5000/linuxserver/nextcloud", "is an image of Nextcloud"],
    [`opencloudeu/opencloud-rolling:3.0@${DIGEST}`, "is an image of OpenCloud"],
    ["ghcr.io/pocket-id/pocket-id:v2", "is an image of Pocket ID"],
    ["owncloud/ocis:5.0.9", "is older than oCIS 6.0, which is needed"],
    ["docker.io/owncloud/ocis-rolling:v5", "is older than oCIS 6.0"],
  ])("%s is refused", async (image, reason) => {
    expect(await reasons({ image })).toEqual([expect.stringContaining(`${image} ${reason}`)]);
  });

  test.each(["owncloud/ocis:6.0.0", "owncloud/ocis", "company/ocis:1.2", "registry.company.com/server:9"])(
    "%s is taken",
    async (image) => {
      answers = { ...FREE, [`/images/${image}/json`]: { Id: "sha256:1" } };
      expect(await reasons({ image })).toEqual([]);
    },
  );
});

describe("another image on the same data", () => {
  const change = async (from: string, to: string, changes: object = {}) => {
    answers = {
      ...FREE,
      [`/images/${from}/json`]: { Id: "sha256:1" },
      [`/images/${to}/json`]: { Id: "sha256:2" },
    };
    const entry = await handler.create({ ...args, image: from });
    const { failures } = await handler.check({ ...args, image: to, ...changes }, entry.inputs);
    return failures;
  };

  test("an older one is refused, with the way back", async () => {
    const [failure, ...more] = await change("owncloud/ocis:8.0.5", "owncloud/ocis:8.0.4");
    expect(more).toEqual([]);
    expect(failure?.property).toBe("image");
    expect(failure?.reason).toMatch(
      /^owncloud\/ocis:8.0.4 is older than owncloud\/ocis:8.0.5, .*allowDowngrade$/,
    );
  });

  test.each([
    ["owncloud/ocis:7.3.0", "owncloud/ocis:8.0.5", [], ["oCIS 8.0: "]],
    ["owncloud/ocis:8.0.5", "owncloud/ocis:8.0.6", [], []],
    [
      ...["owncloud/ocis:6.3.0", "owncloud/ocis:6.4.0", []],
      [
        "owncloud/ocis:6.4.0 ships another content security policy than owncloud/ocis:6.3.0: connect-src gains blob:. ",
      ],
    ],
    ["company/ocis:stable", "owncloud/ocis:8.0.6", [], []],
    [
      ...["owncloud/ocis:8.0.5", "owncloud/ocis:8.0.5"],
      ["pocket-id:v2.9.0", "pocket-id:v2.13.1"],
      ["Pocket ID 2.10: ", "Pocket ID 2.13: "],
    ],
  ] as [string, string, string[], string[]][])(
    "from %s to %s, %j: what changed in between",
    async (from, to, [pocketIdBefore, pocketIdImage], expected) => {
      answers = { ...FREE, [`/images/${from}/json`]: { Id: "1" }, [`/images/${to}/json`]: { Id: "2" } };
      const before = { ...args, image: from, ...(pocketIdBefore && { pocketIdImage: pocketIdBefore }) };
      const entry = await handler.create(before);
      const after = { ...args, image: to, ...(pocketIdImage && { pocketIdImage }) };
      expect((await handler.check(after, entry.inputs)).failures).toEqual([]);
      const lines = jest.mocked(console.error).mock.calls.map(([line]) => String(line));
      const explained = lines.filter((line) => /^warning: ((oCIS|Pocket ID) \d|.* ships )/.test(line));
      expect(explained).toEqual(expected.map((beginning) => expect.stringContaining(beginning) as string));
    },
  );

  test("more than a patch can need more in ocis.yaml, which is shown by a command", async () => {
    expect(await change("owncloud/ocis:7.1.3", "owncloud/ocis:7.2.0")).toEqual([]);
    expect(console.error).toHaveBeenCalledWith(
      expect.stringMatching(/^`ocis-pocket-id show upgrade` prints/),
    );
  });

  test("an older one is taken after a backup was restored", async () => {
    expect(await change("owncloud/ocis:8.0.5", "owncloud/ocis:7.1.0", { allowDowngrade: true })).toEqual([]);
  });

  test.each([
    ["owncloud/ocis:8.0.1", "owncloud/ocis:8.0.5"],
    ["owncloud/ocis:8.0.5", "registry.company.com:5000/ocis:8.0.5"],
    ["owncloud/ocis:8", "owncloud/ocis:8.0.5"],
    ["owncloud/ocis:8.0.5", "owncloud/ocis:8"],
    ["owncloud/ocis-rolling:7.2.0-rc.1", "owncloud/ocis:7.2.0"],
  ])("from %s to %s is nothing to speak of", async (from, to) => {
    expect(await change(from, to)).toEqual([]);
    expect(console.error).not.toHaveBeenCalled();
  });

  test.each([
    ["owncloud/ocis:8", "owncloud/ocis:7"],
    ["owncloud/ocis:8.0.5", "owncloud/ocis:7"],
    ["owncloud/ocis:8", "owncloud/ocis:7.3.1"],
    ["owncloud/ocis:8.1", "owncloud/ocis:8.0.5"],
    ["owncloud/ocis:v8", `owncloud/ocis:7@${DIGEST}`],
  ])("from %s to %s is a downgrade", async (from, to) => {
    expect(await change(from, to)).toEqual([
      { property: "image", reason: expect.stringContaining(`${to} is older than ${from}`) as string },
    ]);
  });

  test.each([
    ["owncloud/ocis:8.0.5", "owncloud/ocis:latest"],
    ["owncloud/ocis", "owncloud/ocis:8.0.5"],
    ["owncloud/ocis:8.0.5", `owncloud/ocis@${DIGEST}`],
    ["owncloud/ocis:8.0.5", "owncloud/ocis:20260101"],
  ])("from %s to %s can't be compared, which is said", async (from, to) => {
    expect(await change(from, to)).toEqual([]);
    expect(console.error).toHaveBeenCalledWith(
      expect.stringContaining(`the versions of ${from} and ${to} can't be compared`),
    );
  });

  test("a jump over a major is warned of", async () => {
    expect(await change("owncloud/ocis:6.0.0", "owncloud/ocis:8.0.5")).toEqual([]);
    expect(console.error).toHaveBeenCalledWith(
      expect.stringContaining("is 2 major versions newer than owncloud/ocis:6.0.0"),
    );
  });
});

describe("a component that was renamed", () => {
  const renamed = { owner: "shop/prod/files", containerName: "shop-prod-files" };
  const rename = async (changes: object, there: Record<string, unknown>) => {
    const entry = await handler.create(args);
    answers = {
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

describe("oCIS's own secrets", () => {
  const BOTH = { ...volume("config", ours), ...volume("data", ours) };
  const OURS = fingerprintOf("a seed");
  const archive = "/containers/shop-prod-ocis/archive?path=/etc/ocis/ocis.yaml";
  const container = (Labels: object) => ({ "/containers/shop-prod-ocis/json": { Config: { Labels } } });
  const ocisYaml = (text: string) => ({ ...container(ours), [archive]: tarOf("ocis.yaml", text) });
  const STACKS = ocisYaml(ocisConfiguration({ seed: "a seed", adminPassword: "" }));
  const INITS = ocisYaml("token_manager:\n");
  const secretsIn = async (there: object, changes: object = {}, olds?: Record<string, unknown>) => {
    answers = { ...IMAGE, ...FREE, ...there };
    const { inputs, failures } = await handler.check({ ...args, fingerprint: OURS, ...changes }, olds);
    return failures.length > 0 ? failures : inputs["secretsIn"];
  };

  test("are in the stack for new data; an ocis.yaml or volume that was there keeps them", async () => {
    expect(await secretsIn({})).toBe("stack");
    expect(await secretsIn({}, { fingerprint: UNKNOWN })).toBe("stack");
    expect(await secretsIn({}, { ocisSecrets: "volume" })).toBe("volume");
    expect(await secretsIn(BOTH, { ocisSecrets: "volume" })).toBe("volume");
    expect(console.error).not.toHaveBeenCalled();
    for (const asked of [{}, { ocisSecrets: "stack" }]) {
      expect(await secretsIn(BOTH, asked)).toBe("volume");
      expect(console.error).toHaveBeenLastCalledWith(
        expect.stringMatching(/^'config' has an ocis.yaml that isn't from this stack: it stays/),
      );
    }
  });

  test("are where oCIS's file says, and where they were if it can't be read", async () => {
    answers = { ...IMAGE, ...FREE };
    const { inputs } = await handler.create({ ...args, fingerprint: OURS });
    const before = (place: string) => ({ ...inputs, secretsIn: place });
    expect(await secretsIn({ ...BOTH, ...STACKS }, {}, before("stack"))).toBe("stack");
    expect(await secretsIn({ ...BOTH, ...STACKS }, {}, before("volume"))).toBe("stack");
    // After a restore of other volumes, or with new secrets.
    for (const other of [INITS, ocisYaml(ocisConfiguration({ seed: "another", adminPassword: "" }))]) {
      expect(await secretsIn({ ...BOTH, ...other }, {}, before("stack"))).toBe("volume");
    }
    for (const place of ["stack", "volume"]) {
      expect(await secretsIn(BOTH, {}, before(place))).toBe(place);
      const busy = { ...container(ours), [archive]: new Error("busy") };
      expect(await secretsIn({ ...BOTH, ...busy }, {}, before(place))).toBe(place);
    }
    // From a package that knew nothing of it: the file of `ocis init` stays, and so does the container.
    const news = ["secretsIn", "fingerprint"];
    const unaware = Object.fromEntries(Object.entries(inputs).filter(([key]) => !news.includes(key)));
    expect(await secretsIn({ ...BOTH, ...INITS }, { fingerprint: UNKNOWN }, unaware)).toBe("volume");
    expect(await secretsIn(BOTH, { fingerprint: UNKNOWN }, unaware)).toBe("volume");
    expect(console.error).not.toHaveBeenCalled();
  });

  test("in the stack: a lost config volume is made again, a lost data volume isn't", async () => {
    answers = { ...IMAGE, ...FREE };
    const { inputs } = await handler.create({ ...args, fingerprint: OURS, url: here, secretsIn: "stack" });
    expect(await secretsIn(volume("data", ours), {}, inputs)).toBe("stack");
    expect(jest.mocked(console.error).mock.calls.map(([line]) => String(line))).toEqual([
      expect.stringMatching(
        /^warning: 'config' has lost its ocis.yaml: `pulumi up --refresh` creates it again/,
      ),
    ]);
    expect(await secretsIn(volume("config", ours), {}, inputs)).toMatchObject([{ property: "dataVolume" }]);
    expect(await secretsIn({}, {}, inputs)).toHaveLength(2);
    const inVolume = { ...inputs, secretsIn: "volume" };
    expect(await secretsIn(volume("data", ours), {}, inVolume)).toMatchObject([{ property: "configVolume" }]);
    const moved = { configVolume: "elsewhere" };
    expect(await secretsIn(volume("data", ours), moved, inputs)).toMatchObject([
      { property: "configVolume" },
    ]);
  });
});

describe("with a backup required", () => {
  const archive = "/containers/shop-prod-ocis/archive?path=/etc/ocis/.last-backup.json";
  const upgrade = async (time: string | undefined, changes: object = {}) => {
    answers = {
      ...FREE,
      "/images/owncloud/ocis:8.0.5/json": { Id: "1" },
      "/images/owncloud/ocis:8.0.6/json": { Id: "2" },
      ...(time === undefined ? {} : { [archive]: tarOf("x", JSON.stringify({ time })) }),
    };
    const before = { ...args, image: "owncloud/ocis:8.0.5", pocketIdImage: "pocket-id:v2.14.0" };
    const entry = await handler.create(before);
    const after = { ...before, image: "owncloud/ocis:8.0.6", requireBackupHours: 24, ...changes };
    const { failures } = await handler.check(after, entry.inputs);
    return failures.map(({ property, reason }) => `${property}: ${reason}`);
  };
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

  test("an image changes after a recent backup only", async () => {
    expect(await upgrade(hoursAgo(23))).toEqual([]);
    expect(await upgrade(hoursAgo(25))).toEqual([
      expect.stringMatching(/^image: .* backup of the last 24 hours, and its last one is of 2/),
    ]);
    expect(await upgrade(undefined)).toEqual([
      expect.stringMatching(/, and it has none: run `ocis-pocket-id backup/),
    ]);
    expect(await upgrade("last week")).toEqual([expect.stringContaining("it has none")]);
  });

  test("Pocket ID's image counts too; other changes and the end of a restore don't", async () => {
    const same = { image: "owncloud/ocis:8.0.5" };
    expect(await upgrade(undefined, { ...same, pocketIdImage: "pocket-id:v2.15.0" })).toEqual([
      expect.stringMatching(/^pocketIdImage: /),
    ]);
    expect(await upgrade(undefined, { ...same, ports: [] })).toEqual([]);
    expect(await upgrade(undefined, { allowDowngrade: true })).toEqual([]);
  });
});

describe("the time of the last backup", () => {
  const archive = "/containers/shop-prod-ocis/archive?path=/etc/ocis/.last-backup.json";
  const time = "2026-11-28T02:00:00.000Z";
  const there = { "/containers/shop-prod-ocis/json": { Config: { Labels: ours } } };
  const stamp = { [archive]: tarOf("x", JSON.stringify({ time })) };
  const volumes = { ...volume("config", ours), ...volume("data", ours) };
  const check = (olds?: Record<string, unknown>, changes: object = {}) =>
    handler.check({ ...args, ...changes }, olds);

  test("is an input, for policies, once there can be one; a new one changes nothing", async () => {
    const published = { ...args, ports: [{ ip: "127.0.0.1", port: 9200 }] };
    answers = { ...IMAGE, ...FREE, ...volumes, ...stamp };
    expect((await check()).inputs).not.toHaveProperty("lastBackup");
    const { id, inputs, outputs } = await handler.create(published);
    answers = { ...IMAGE, ...FREE, ...volumes, ...there };
    const first = await handler.check(published, inputs);
    expect(first.inputs).toMatchObject({ lastBackup: "none" });
    // With nothing else new, the port isn't looked at.
    const taken = containers([{ PublicPort: 9200, Type: "tcp", IP: "0.0.0.0" }]);
    answers = { ...answers, ...stamp, ...taken };
    const second = await handler.check(published, first.inputs);
    expect(second).toMatchObject({ inputs: { lastBackup: time }, failures: [] });
    const entry = { id, inputs: first.inputs, outputs: { ...outputs, lastBackup: "none" } };
    expect(await handler.diff(entry, published)).toMatchObject({ changes: false });
  });

  test("stays what it was if nobody can look", async () => {
    answers = { ...IMAGE, ...FREE, ...volumes };
    const { inputs } = await handler.create(args);
    const before = { ...inputs, lastBackup: time };
    expect((await check(before)).inputs).toMatchObject({ lastBackup: time });
    answers = { ...answers, ...there, [archive]: new Error("busy") };
    expect((await check(before)).inputs).toMatchObject({ lastBackup: time });
  });
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
    answers = { ...IMAGE, ...there, ...running({ Name: "data", RW: true }) };
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
    answers = { ...IMAGE, ...there, ...running(mount) };
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
