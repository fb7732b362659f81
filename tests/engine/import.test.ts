import { DEFAULT_CLAIM_KEY, NATIVE_CLIENTS, ROLES, webClient } from "@ocis-pocket-id/components";
import { openPocketId } from "@ocis-pocket-id/providers/pocket-id";
import type { ConfigMap } from "@pulumi/pulumi/automation";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCompose } from "../../cli/import/compose";
import { importSetup } from "../../cli/import/mapping";
import { startEmulator, type Emulator } from "../../emulator";
import program from "../../index";
import { engineStack, type EngineStack } from "../support/engine";
import { caller } from "../support/pocket-id";

const OCIS_URL = "https://ocis.company.test";
const WEB = "made-by-hand";

let emulator: Emulator;
let stack: EngineStack;

beforeAll(async () => {
  emulator = await startEmulator();
  const call = caller(emulator);
  const created = async (path: string, body: object) =>
    (await call<{ id: string }>("POST", path, body)).body.id;
  const groups: string[] = [];
  for (const { key, groupName, friendlyName, claimValue } of ROLES) {
    const name = key === "admin" ? "it-staff" : groupName;
    const id = await created("/api/user-groups", { name, friendlyName });
    await call("PUT", `/api/custom-claims/user-group/${id}`, [{ key: DEFAULT_CLAIM_KEY, value: claimValue }]);
    groups.push(id);
  }
  const web = { id: WEB, name: "Company Cloud", callbackURLs: webClient(OCIS_URL).callbackUrls };
  await created("/api/oidc/clients", { ...web, isPublic: true, isGroupRestricted: true });
  await call("PUT", `/api/oidc/clients/${WEB}/allowed-user-groups`, { userGroupIds: groups });
  for (const { clientId: id, name, callbackUrls } of NATIVE_CLIENTS) {
    await created("/api/oidc/clients", { id, name, callbackURLs: callbackUrls, isPublic: true });
  }
  stack = await engineStack("ocis-pocket-id", () => Promise.resolve(program()));
});
afterAll(async () => {
  await stack.remove();
  await emulator.close();
});

test("the first preview of an imported stack adopts everything in Pocket ID, and up changes no ID", async () => {
  const compose = join(stack.directory, "compose.yaml");
  const discovery = "/.well-known/openid-configuration";
  const { issuer } = (await caller(emulator)<{ issuer: string }>("GET", discovery)).body;
  const environment = { OCIS_URL, OCIS_OIDC_ISSUER: issuer, WEB_OIDC_CLIENT_ID: WEB };
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
