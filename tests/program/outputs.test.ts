import * as pulumi from "@pulumi/pulumi";
import program from "../../index";
import { mockEngine, run } from "../components/targets/mocks";
import { withoutWaits } from "../support/without-waits";

withoutWaits();

beforeEach(mockEngine);

async function outputs(config: Readonly<Record<string, string>>): Promise<string[]> {
  const entries = Object.entries(config).map(([key, value]) => [
    key.includes(":") ? key : `${pulumi.getProject()}:${key}`,
    value,
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries) as Record<string, string>, ["pocketid:apiKey"]);
  const named = Object.entries((await run(program)).result);
  // The engine warns of each at every run.
  expect(named.filter(([, value]) => (value as unknown) === undefined)).toEqual([]);
  return named.map(([name]) => name);
}

const ALWAYS = ["clientId", "deployment", "groupIds", "issuer", "nativeClientIds", "ocisUrl"];

test.each([
  ["another's Pocket ID", { domain: "acme.test", "pocketid:apiKey": "key", target: "bundle" }, []],
  ["a managed one", { domain: "company.com", pocketId: "managed" }, []],
  [
    "a managed one with an admin and an internal authority",
    {
      domain: "localhost",
      pocketId: "managed",
      certificates: "internal",
      pocketIdAdmin: '{"username":"alice","email":"alice@example.com"}',
    },
    ["adminLink", "authority"],
  ],
] as const)("outputs of a stack with %s", async (_what, config, more) => {
  expect((await outputs(config)).sort()).toEqual([...ALWAYS, ...more].sort());
});
