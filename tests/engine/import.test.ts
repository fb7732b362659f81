import { openPocketId } from "@ocis-pocket-id/providers/pocket-id";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCompose } from "../../cli/import/compose";
import { importSetup } from "../../cli/import/mapping";
import type { Emulator } from "../../emulator";
import program from "../../index";
import { engineStack, type EngineStack } from "../support/engine";
import { caller } from "../support/pocket-id";
import { startPocketIdOf } from "../support/import-setups";

const COMPANY = {
  ...{ ocisUrl: "https://ocis.company.test", issuer: "https://id.company.test" },
  ...{ clientId: "made-by-hand", clientName: "Company Cloud", groups: { admin: "it-staff" } },
};

let emulator: Emulator;
let stack: EngineStack;

beforeAll(async () => {
  emulator = await startPocketIdOf(COMPANY);
  stack = await engineStack("ocis-pocket-id", program);
});
afterAll(async () => {
  await stack.remove();
  await emulator.close();
});

test("the first preview of an imported stack adopts everything in Pocket ID, and up changes no ID", async () => {
  const compose = join(stack.directory, "compose.yaml");
  const { ocisUrl: OCIS_URL, issuer: OCIS_OIDC_ISSUER, clientId: WEB_OIDC_CLIENT_ID } = COMPANY;
  const environment = { OCIS_URL, OCIS_OIDC_ISSUER, WEB_OIDC_CLIENT_ID };
  const volumes = ["config:/etc/ocis", "data:/var/lib/ocis"];
  writeFileSync(
    compose,
    JSON.stringify({ services: { ocis: { image: "owncloud/ocis:7.1.0", environment, volumes } } }),
  );
  const connection: Record<string, string> = {
    "pocketid:url": emulator.url,
    "pocketid:apiKey": emulator.apiKey,
  };
  const { config } = await importSetup(readCompose([compose]), {
    newName: "new",
    pocketId: openPocketId((key) => connection[key]),
    members: false,
    isTrusted: () => Promise.resolve(true),
  });
  const values = Object.entries(config).map(([key, value]) => [
    `ocis-pocket-id:${key}`,
    { value: typeof value === "string" ? value : JSON.stringify(value) },
  ]);
  await stack.setConfig({
    ...(Object.fromEntries(values) as ConfigMap),
    "ocis-pocket-id:target": { value: "bundle" },
    "ocis-pocket-id:bundleDirectory": { value: join(stack.directory, "bundle") },
    "pocketid:url": { value: emulator.url },
    "pocketid:apiKey": { value: emulator.apiKey, secret: true },
  });
  const before = await clientsAndGroups();
  const { text } = await stack.preview();
  expect(text).not.toContain("will be created");
  // Three groups (the fourth belongs to somebody else), four claims and four clients.
  expect(new Set(text.match(/(user group|claims of|OIDC client) [^\n]*: adopted, /g)).size).toBe(11);
  await stack.up();
  expect(await clientsAndGroups()).toEqual(before);
  expect((await stack.preview({ refresh: true })).changes).toEqual({ same: expect.any(Number) as number });
});

async function clientsAndGroups(): Promise<string[]> {
  const paths = ["/api/user-groups", "/api/oidc/clients"];
  const lists = await Promise.all(
    paths.map((path) => caller(emulator)<{ data: { id: string }[] }>("GET", path)),
  );
  return lists.flatMap(({ body }) => body.data.map(({ id }) => id)).sort();
}
