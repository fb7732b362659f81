import * as pulumi from "@pulumi/pulumi";
import { bundleTarget, type BundleTargetArgs, workload } from "../../../components/targets";
import { composeFile } from "../../../components/targets/bundle/compose";
import { checkedImage } from "../../../components/targets/container";
import { mockEngine, run, valueOf } from "./mocks";
import { authority, bundle, csp, PEM } from "./bundles";

describe("as one resource", () => {
  beforeAll(mockEngine);

  const settings = {
    url: "https://ocis.company.com",
    issuer: "https://pocket-id.company.com",
    environment: { OCIS_URL: "https://ocis.company.com" },
    contentSecurityPolicy: csp.text,
  };
  const its = {
    ...bundle,
    name: "shop-prod-ocis",
    owner: "shop/prod/ocis",
    data: { config: "shop-prod-ocis-config", data: "shop-prod-ocis-data" },
  };
  const filesOf = async (more: object, args: BundleTargetArgs = {}) => {
    const all = { image: "owncloud/ocis:8", directory: "out", ...args };
    const { inputs } = await run(() =>
      bundleTarget("ocis", workload({ ...settings, ...more }, all), all, {}),
    );
    expect(Object.keys(inputs)).toEqual(["ocis-bundle"]);
    return inputs["ocis-bundle"];
  };

  test("its files are known, and relative", async () => {
    expect(await filesOf({})).toEqual({
      __provider: expect.any(String) as string,
      directory: "out",
      files: {
        "compose.yaml": composeFile(its),
        ".env": "OCIS_URL=https://ocis.company.com\n",
        "csp.yaml": "directives: {}\n",
      },
    });
  });

  test("a private authority has a file of its own", async () => {
    const files = await filesOf({}, { caCertificate: PEM });
    expect(files?.["files"]).toMatchObject({
      "ca.crt": PEM,
      "compose.yaml": composeFile({ ...its, mounted: [csp, authority] }),
    });
  });

  test("secret variables are in a file of their own, and hide nothing else", async () => {
    const secretEnvironment = pulumi.secret({ DB_DSN: "postgres://u:p@db" });
    const files = await filesOf({ secretEnvironment });
    expect(files?.["files"]).toEqual({
      "compose.yaml": composeFile({ ...its, hasSecrets: true }),
      ".env": "OCIS_URL=https://ocis.company.com\n",
      "csp.yaml": "directives: {}\n",
    });
    expect(files?.["secretFiles"]).toMatchObject({ value: { "secrets.env": "DB_DSN=postgres://u:p@db\n" } });
    expect(composeFile({ ...its, hasSecrets: true })).toContain(
      "env_file:\n      - .env\n      - secrets.env\n",
    );
  });

  test("a secret image is in a compose.yaml that nobody else can read", async () => {
    const files = await filesOf({}, { image: pulumi.secret("registry.company.com/ocis:1") });
    expect(Object.keys(files?.["files"] as object)).toEqual([".env", "csp.yaml"]);
    expect(JSON.stringify(files?.["secretFiles"])).toContain("registry.company.com/ocis:1");
  });
});

test.each([
  ["owncloud/server:10.15", /owncloud\/server:10.15 is an image of ownCloud 10, not of oCIS/],
  ["registry.company.com/owncloud/ocis:5.0.9", /is older than oCIS 6.0/],
])("an image that can't be oCIS's is refused at preview: %s", (image, problem) => {
  expect(() => checkedImage(image)).toThrow(problem);
});

test.each(["owncloud/ocis@sha256:00", "owncloud/ocis:8", "registry.company.com/ours:1"])(
  "an image that may be oCIS's is taken: %s",
  async (image) => {
    expect(await valueOf(checkedImage(image))).toBe(image);
  },
);
