import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { type EngineStack, engineStack } from "../support/engine";
import { freePort } from "../support/free-port";
import { uniqueName } from "../support/pocket-id";
import {
  configOf,
  EXAMPLE_SECRET,
  SERVICE_EXAMPLES,
  type ServiceExample,
  serviceExample,
} from "../support/service-examples";
import { whyNoDocker } from "./available";

const reason = whyNoDocker();
if (reason !== undefined) console.log(`The previews of examples are skipped: ${reason}`);
const describeWithDocker = reason === undefined ? describe : describe.skip;

describeWithDocker("examples of services", () => {
  const checkout = process.cwd();
  let pocketId: Emulator;
  let stack: EngineStack;
  let example: ServiceExample;
  let folder: string;

  beforeAll(async () => {
    pocketId = await startEmulator({ issuer: "https://pocket-id.company.com" });
    const cache = join(checkout, ".cache", "tests");
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, "examples-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: ocis-pocket-id\nruntime: nodejs\n");
    process.chdir(folder);
    stack = await engineStack("ocis-pocket-id", () => example.program());
  });
  afterAll(async () => {
    await stack.remove();
    process.chdir(checkout);
    rmSync(folder, { recursive: true, force: true });
    await pocketId.close();
  });

  test.each(SERVICE_EXAMPLES)("%s passes a preview, and shows no secret", async (name) => {
    example = await serviceExample(name);
    const volumes = uniqueName("example");
    await stack.replaceConfig({
      ...configOf(example),
      "ocis-pocket-id:domain": { value: "company.com" },
      "ocis-pocket-id:port": { value: String(await freePort()) },
      "ocis-pocket-id:volumes": { value: JSON.stringify({ config: `${volumes}-config`, data: volumes }) },
      "pocketid:url": { value: pocketId.url },
      "pocketid:apiKey": { value: pocketId.apiKey, secret: true },
    });
    const { changes, text } = await stack.preview();
    expect(Object.keys(changes)).toEqual(["create"]);
    expect(text).not.toMatch(/error|problem/);
    expect(text).not.toContain(EXAMPLE_SECRET);
  });
});
