import * as pulumi from "@pulumi/pulumi";
import { setTimeout as sleep } from "node:timers/promises";
import { declareCompany } from "../../program";
import { withoutWaits } from "../support/without-waits";

withoutWaits();

/** Where nobody listens: previews look for what is there already. */
const NOWHERE = "http://127.0.0.1:1";

/** Names of resources in the order in which the engine is asked for them, and `made <name>` when the proxy is there. */
let order: string[];
let inputsOf: Record<string, Record<string, unknown>>;

beforeEach(async () => {
  jest.spyOn(console, "warn").mockImplementation();
  [order, inputsOf] = [[], {}];
  await pulumi.runtime.setMocks(
    {
      async newResource({ name, inputs }) {
        const given = inputs as Record<string, unknown>;
        order.push(name);
        inputsOf[name] = given;
        if (name === "proxy-container") {
          await sleep(500);
          order.push("made proxy-container");
        }
        const state = { ...given, imageId: "sha256:1", value: "generated", ipamConfigs: [], link: "l" };
        return { id: `${name}-id`, state };
      },
      call: () => ({}),
    },
    "shop",
    "prod",
  );
});
afterEach(() => {
  jest.restoreAllMocks();
  pulumi.runtime.setAllConfig({});
});

async function declare(config: Readonly<Record<string, string>>) {
  const all = {
    "shop:domain": "company.com",
    "shop:pocketId": "managed",
    "pocketid:url": NOWHERE,
    ...config,
  };
  pulumi.runtime.setAllConfig(all, ["shop:pocketIdEncryptionKey"]);
  declareCompany();
  await pulumi.runtime.disconnect(false);
}

test("nothing is made in Pocket ID before the TLS proxy in front of it is there", async () => {
  await declare({ "shop:pocketIdAdmin": '{"username":"alice","email":"alice@company.com"}' });
  const made = order.indexOf("made proxy-container");
  expect(made).toBeGreaterThan(-1);
  for (const name of ["pocket-id-ready", "pocket-id-admin", "ocis-web"]) {
    expect([name, order.indexOf(name) > made]).toEqual([name, true]);
  }
  // Nor does a stranger become admin at the setup page in the meantime.
  expect(JSON.stringify(inputsOf["proxy-container"])).toContain("path('/api/signup/setup')");
});

test("giving the encryption key keeps the one that was generated, which may be in use", async () => {
  await declare({ "shop:pocketIdEncryptionKey": "the-key-of-the-old-volume" });
  expect(order).toContain("pocket-id-encryption-key");
  const { envs, uploads } = inputsOf["pocket-id-container"] ?? {};
  expect(JSON.stringify(uploads)).toContain(
    '{"content":"the-key-of-the-old-volume","file":"/run/secrets/encryption-key"}',
  );
  // Where everybody who may use Docker could read it.
  expect(JSON.stringify(envs)).not.toContain("the-key-of-the-old-volume");
});

test("the program refuses what Pocket ID would, as a first preview can't ask a handler", async () => {
  const admin = { "shop:pocketIdAdmin": '{"username":"alice","email":"alice"}' };
  await expect(declare(admin)).rejects.toThrow("pocket-id-admin: email must be an e-mail address");
  await pulumi.runtime.disconnect(false);
});
