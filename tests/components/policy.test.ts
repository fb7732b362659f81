import * as pulumi from "@pulumi/pulumi";
import * as settings from "@pulumi/pulumi/runtime/settings";
import type { OcisWithPocketIdArgs } from "@ocis-pocket-id/components";
import { load } from "js-yaml";
import { policyOf } from "../../components/policy";
import { mockEngine, valueOf } from "./targets/mocks";

const ISSUER = "https://pocket-id.company.com";

beforeEach(async () => {
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  await mockEngine();
});
afterEach(() => jest.restoreAllMocks());

class Parent extends pulumi.ComponentResource {}

async function connectSources(args: Partial<OcisWithPocketIdArgs>, isPreview = true) {
  jest.spyOn(settings, "isDryRun").mockReturnValue(isPreview);
  const policy = policyOf(
    { domain: "company.com", ...args },
    ISSUER,
    new Parent("test:index:Parent", "parent"),
  );
  const { directives } = load(await valueOf(policy)) as { directives: Record<string, string[]> };
  return { sources: directives["connect-src"], isSecret: await pulumi.isSecret(policy) };
}

const image = (name: pulumi.Input<string>) => ({ target: { type: "docker" as const, image: name } });

test("the image decides what the policy begins with, and a secret one doesn't make it a secret", async () => {
  const { sources, isSecret } = await connectSources(image(pulumi.secret("owncloud/ocis:6.0.0")));
  expect(sources).toEqual(["'self'", ISSUER]);
  expect(isSecret).toBe(false);
  expect((await connectSources({})).sources).toContain("blob:");
});

test("a preview warns once of an oCIS whose policy isn't known; up, and mode replace, don't", async () => {
  const newer = image("owncloud/ocis:9.0.0");
  await connectSources(newer, false);
  await connectSources({
    ...newer,
    contentSecurityPolicy: { mode: "replace", replace: { "img-src": ["data:"] } },
  });
  await connectSources(image("owncloud/ocis:8.0.5"));
  expect(pulumi.log.warn).not.toHaveBeenCalled();
  await connectSources(newer);
  expect(jest.mocked(pulumi.log.warn).mock.calls.map(([line]) => line)).toEqual([
    expect.stringMatching(
      /^owncloud\/ocis:9.0.0 may ship another content security policy than oCIS 8.2, .*\.extend$/,
    ),
  ]);
});
