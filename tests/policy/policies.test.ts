import { DEFAULT_CADDY_IMAGE, DEFAULT_POCKET_ID_IMAGE } from "../../components";
import { OCIS, OPENCLOUD } from "../../components/settings/products";
import { POLICIES } from "../../policy/pack";
import { backupsAreRecent } from "../../policy/rules/backups";
import { clientsAreRestricted } from "../../policy/rules/clients";
import { imageProblem, imagesArePinned } from "../../policy/rules/images";
import { problemsOf, UNKNOWN } from "./problems";

const CLIENT = "pulumi-nodejs:dynamic/pocketid:OidcClient";
const PREFLIGHT = "pulumi-nodejs:dynamic/ocis:DockerPreflight";
const ID = `sha256:${"0a".repeat(32)}`;

test("there are these four policies, whose names are in operators' configurations", () => {
  expect(POLICIES.map(({ name }) => name)).toEqual([
    "clients-are-restricted",
    "no-wildcard-callbacks",
    "images-are-pinned",
    "backups-are-recent",
  ]);
});

test("an option that a policy doesn't have is reported", () => {
  expect(problemsOf(backupsAreRecent, PREFLIGHT, {}, { maxAge: 1 })).toEqual([
    "the policy has no option 'maxAge': write maxAgeHours",
  ]);
});

describe("clients", () => {
  const problems = (props: object, options = {}) => problemsOf(clientsAreRestricted, CLIENT, props, options);

  test("restricted ones pass, also to nobody, and by default", () => {
    expect(problems({ name: "Wiki", allowedUserGroupIds: [UNKNOWN] })).toEqual([]);
    expect(problems({ name: "Wiki", restricted: true, allowNobody: true })).toEqual([]);
    expect(problems({ name: "Wiki", restricted: UNKNOWN })).toEqual([]);
  });

  test("an unrestricted one is a problem, unless its name is allowed", () => {
    const open = { name: "Wiki", restricted: false };
    expect(problems(open)).toEqual([
      expect.stringMatching(/^restricted is false, so everybody can log in: /),
    ]);
    expect(problems({ ...open, name: UNKNOWN })).toHaveLength(1);
    expect(problems(open, { allowUnrestricted: ["Wiki"] })).toEqual([]);
    expect(problems(open, { allowUnrestricted: ["wiki"] })).toHaveLength(1);
  });
});

describe("images", () => {
  const ANY = { requireDigest: false, registries: [] };

  test.each([
    ...[OCIS.image, OPENCLOUD.image, DEFAULT_POCKET_ID_IMAGE, DEFAULT_CADDY_IMAGE, ID],
    ...["traefik:v3.6", "caddy:2-alpine", "registry.test:5000/a/b:1.2.3", "minio/minio:RELEASE.2025-01-01"],
    ...[`caddy@${ID}`, `caddy:latest@${ID}`],
  ])("%s is pinned", (image) => {
    expect(imageProblem(image, ANY)).toBeUndefined();
  });

  test.each([
    ["owncloud/ocis", "has no tag"],
    ["registry.test:5000/ocis", "has no tag"],
    ["owncloud/ocis:latest", "has the tag latest"],
    ["apache/tika:latest-full", "has the tag latest"],
    ["clamav/clamav:stable", "has a tag without a version"],
    ["$" + "{IMAGE:-ocis:8}", "has no tag"],
    ["owncloud/ocis:8.0.5@sha256:short", "has no tag"],
  ])("%s %s", (image, problem) => {
    expect(imageProblem(image, ANY)).toContain(problem);
  });

  test("a digest can be required, and registries chosen", () => {
    const strict = { requireDigest: true, registries: ["ghcr.io", "docker.io"] };
    expect(imageProblem(`ghcr.io/pocket-id/pocket-id:v2.14.0@${ID}`, strict)).toBeUndefined();
    expect(imageProblem(ID, strict)).toBeUndefined();
    expect(imageProblem("owncloud/ocis:8.0.5", strict)).toMatch(/^has no digest/);
    for (const image of ["quay.io/a/b:1", "localhost/b:1", "registry.test:5000/b:1"])
      expect(imageProblem(image, strict)).toMatch(/^comes from a registry/);
  });

  const pod = {
    initContainers: [{ image: "busybox" }],
    containers: [{ image: UNKNOWN }, { image: "b:latest" }],
  };
  test.each([
    ["docker:index/container:Container", { image: "a" }, ["image"]],
    ["docker:index/container:Container", { image: UNKNOWN }, []],
    ["docker:index/remoteImage:RemoteImage", { name: "a" }, ["image"]],
    ["docker:index/service:Service", { taskSpec: { containerSpec: { image: "a" } } }, ["image"]],
    ["docker:index/service:Service", { taskSpec: UNKNOWN }, []],
    [
      "kubernetes:apps/v1:StatefulSet",
      { spec: { template: { spec: pod } } },
      ["image of initContainers[0]", "image of containers[1]"],
    ],
    [
      "kubernetes:apps/v1:Deployment",
      { spec: { template: { spec: pod } } },
      ["image of initContainers[0]", "image of containers[1]"],
    ],
    ["kubernetes:core/v1:Pod", { spec: pod }, ["image of initContainers[0]", "image of containers[1]"]],
    [
      "pulumi-nodejs:dynamic/ocis:LocalFiles",
      {
        files: {
          "compose.yaml": "services: {ocis: {image: 'a'}, built: {build: .}}",
          "csp.yaml": "image: a",
        },
      },
      ["compose.yaml: image of service ocis"],
    ],
    [
      "pulumi-nodejs:dynamic/ocis:LocalFiles",
      { files: UNKNOWN, secretFiles: { "docker-compose.yml": "services: {ocis: {image: 'a'}}" } },
      ["docker-compose.yml: image of service ocis"],
    ],
    ["pulumi-nodejs:dynamic/ocis:LocalFiles", { files: { "compose.yaml": "image: [secret" } }, []],
    ["pulumi-nodejs:dynamic/ocis:LocalFiles", { files: { "compose.yaml": "42" } }, []],
    ["docker:index/volume:Volume", { image: "a" }, []],
  ])("of a %s are found: %j", (type, props, places) => {
    const found = problemsOf(imagesArePinned, type, props).map((problem) => problem.replace(/ has .*/, ""));
    expect(found).toEqual(places);
  });
});

describe("backups", () => {
  const problems = (lastBackup: unknown, options = {}) =>
    problemsOf(backupsAreRecent, PREFLIGHT, { lastBackup }, options);

  test("in Kubernetes count, too", () => {
    const inKubernetes = PREFLIGHT.replace("Docker", "Kubernetes");
    expect(problemsOf(backupsAreRecent, inKubernetes, { lastBackup: "none" })).toHaveLength(1);
  });
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

  test("one of the last day passes, and a company that was never up", () => {
    expect(problems(hoursAgo(23.9))).toEqual([]);
    expect(problems(undefined)).toEqual([]);
    expect(problems(UNKNOWN)).toEqual([]);
  });

  test("an older one is a problem, and none", () => {
    expect(problems(hoursAgo(30.5))).toEqual([
      expect.stringMatching(
        /^the last backup is 30 hours old, of 2.*Z: run `ocis-pocket-id backup --stack acme --to FOLDER`$/,
      ),
    ]);
    expect(problems("none")).toEqual([
      "no backup of it is recorded: run `ocis-pocket-id backup --stack acme --to FOLDER`",
    ]);
    expect(problems(hoursAgo(30.5), { maxAgeHours: 48 })).toEqual([]);
    expect(problems(hoursAgo(2), { maxAgeHours: 1 })).toHaveLength(1);
  });
});
