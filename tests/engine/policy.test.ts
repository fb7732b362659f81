import { DockerPreflight } from "@ocis-pocket-id/components";
import { OidcClient } from "@ocis-pocket-id/providers";
import { join } from "node:path";
import program from "../../index";
import { startEmulator, type Emulator } from "../../emulator";
import { engineStack, type EngineStack } from "../support/engine";

const PACK = join(__dirname, "..", "..", "policy");

let server: Emulator;
let stack: EngineStack;
let declare: () => void = () => undefined;

beforeAll(async () => {
  server = await startEmulator({ issuer: "https://pocket-id.company.test" });
  stack = await engineStack("ocis-pocket-id", async () => {
    declare();
    return program();
  });
  await stack.setConfig({
    "ocis-pocket-id:domain": { value: "company.test" },
    "ocis-pocket-id:target": { value: "bundle" },
    "ocis-pocket-id:bundleDirectory": { value: join(stack.directory, "bundle") },
    "pocketid:url": { value: server.url },
    "pocketid:apiKey": { value: server.apiKey, secret: true },
  });
});
afterAll(async () => {
  await stack.remove();
  await server.close();
});

test("try", async () => {
  console.log((await stack.preview({ policyPacks: [PACK] })).text);
  declare = () => {
    new OidcClient("open", { name: "Open", restricted: false, callbackUrls: ["https://*.company.test/cb"] });
  };
  await stack.setConfig({ "ocis-pocket-id:ocisImage": { value: "owncloud/ocis:latest" } });
  console.log(await stack.failureOf(stack.preview({ policyPacks: [PACK] })));
  console.log(await stack.failureOf(stack.up({ policyPacks: [PACK] })));
});
