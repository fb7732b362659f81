import { UNKNOWN } from "../../support/operate";
import { args, FREE, handler, pretended, reasons } from "./pretended-docker";

test("an image that the registry does not know is refused; one that can be pulled is announced", async () => {
  const image = "owncloud/ocis:9";
  pretended.answers[`/distribution/${image}/json`] = new Error("manifest unknown: manifest unknown");
  expect(await reasons({ image })).toEqual([
    `image ${image} is neither on this Docker host nor in its registry: correct its name`,
  ]);
  pretended.answers[`/distribution/${image}/json`] = { Descriptor: {} };
  expect(await reasons({ image })).toEqual([]);
  expect(console.error).toHaveBeenLastCalledWith(
    `image ${image} is not on this Docker host yet and will be pulled`,
  );
});

test("a registry that can't be asked is a warning: pulling may work all the same", async () => {
  const image = "registry.example/ocis:1";
  pretended.answers[`/distribution/${image}/json`] = new Error("no basic auth credentials");
  expect(await reasons({ image })).toEqual([]);
  expect(console.error).toHaveBeenLastCalledWith(
    expect.stringMatching(/^warning: .*no basic auth credentials.*docker login/),
  );
  expect(await reasons({ image: UNKNOWN })).toEqual([]);
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
      pretended.answers = { ...FREE, [`/images/${image}/json`]: { Id: "sha256:1" } };
      expect(await reasons({ image })).toEqual([]);
    },
  );
});

describe("another image on the same data", () => {
  const change = async (from: string, to: string, changes: object = {}) => {
    pretended.answers = {
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
      pretended.answers = {
        ...FREE,
        [`/images/${from}/json`]: { Id: "1" },
        [`/images/${to}/json`]: { Id: "2" },
      };
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
