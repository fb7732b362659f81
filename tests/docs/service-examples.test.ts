import * as pulumi from "@pulumi/pulumi";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { mockEngine, run } from "../components/targets/mocks";
import { EXAMPLE_SECRET, SERVICE_EXAMPLES, serviceExample } from "../support/service-examples";
import { withoutWaits } from "../support/without-waits";
import { ROOT } from "./pages";

withoutWaits();

beforeEach(async () => {
  // Nobody answers for the Pocket ID of company.com.
  jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  await mockEngine();
});
afterEach(() => jest.restoreAllMocks());

/** How a secret reaches the engine. */
interface Secret {
  readonly "4dabf18193072939515e22adb298388d": string;
  readonly value: string[];
}

/** What an example registers, by logical name; tests/docker previews them with the real engine. */
async function resourcesOf(name: (typeof SERVICE_EXAMPLES)[number], more: Record<string, string> = {}) {
  const { config, secretKeys, program } = await serviceExample(name);
  const entries = Object.entries({ domain: "company.com", ...config, ...more }).map(([key, value]) => [
    `${pulumi.getProject()}:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const all = Object.fromEntries([...entries, ["pocketid:apiKey", "key"]]) as Record<string, string>;
  pulumi.runtime.setAllConfig(all, [
    "pocketid:apiKey",
    ...secretKeys.map((key) => `${pulumi.getProject()}:${key}`),
  ]);
  return { config, secretKeys, ...(await run(program)) };
}

test("all folders with a stack.yaml are tested", () => {
  const folder = join(ROOT, "examples");
  const all = readdirSync(folder).filter((name) => existsSync(join(folder, name, "stack.yaml")));
  expect(all.sort()).toEqual([...SERVICE_EXAMPLES].sort());
});

test.each(SERVICE_EXAMPLES)(
  "%s: its variables reach oCIS, and secrets are set by a command only",
  async (name) => {
    const { config, secretKeys, inputs } = await resourcesOf(name);
    const variables = config["extraEnvironment"] as Record<string, string>;
    const given = inputs["ocis-container"]?.["envs"] as string[] | Secret;
    const envs = "value" in given ? given.value : given;
    for (const [variable, value] of Object.entries(variables)) expect(envs).toContain(`${variable}=${value}`);
    const secret = Object.entries(variables).filter(([variable]) =>
      /PASSWORD|SECRET|ACCESS_KEY/.test(variable),
    );
    expect(secret.map(([, value]) => value)).toEqual(secret.map(() => EXAMPLE_SECRET));
    expect(secretKeys).toEqual(secret.length > 0 ? ["extraEnvironment"] : []);
    expect("value" in given).toBe(secret.length > 0);
    expect(secret.length > 0).toBe(["mail", "s3"].includes(name));
  },
);

test.each([
  ["antivirus", "clamav", "ANTIVIRUS_CLAMAV_SOCKET", "tcp://clamav:3310"],
  ["search", "tika", "SEARCH_EXTRACTOR_TIKA_TIKA_URL", "http://tika:9998"],
] as const)("%s: oCIS finds the container in its network", async (name, container, variable, address) => {
  const { config, inputs } = await resourcesOf(name);
  expect(config["extraEnvironment"]).toMatchObject({ [variable]: address });
  expect(inputs[container]?.["networksAdvanced"]).toEqual([{ name: "shop-prod-ocis", aliases: [container] }]);
});

test("office: the service has oCIS's image, configuration and network, and finds it", async () => {
  const { inputs } = await resourcesOf("office", { networks: '["proxy"]' });
  const service = inputs["ocis-collaboration"];
  expect(service).toMatchObject({
    image: inputs["ocis-container"]?.["image"],
    networksAdvanced: [{ name: "proxy" }],
    mounts: [{ source: "shop-prod-ocis-config", target: "/etc/ocis", readOnly: true }],
  });
  expect(service?.["envs"]).toEqual(
    expect.arrayContaining([
      "OCIS_URL=https://ocis.company.com",
      "MICRO_REGISTRY_ADDRESS=shop-prod-ocis:9233",
    ]),
  );
});
