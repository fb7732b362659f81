import { isAtLeast } from "@ocis-pocket-id/providers/pocket-id";
import { oidcClient } from "@ocis-pocket-id/providers/handlers";
import { startEmbeddedPocketId } from "../../embedded";
import { anotherProcess, operate } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

let server: PocketIdUnderTest;
let client: ReturnType<typeof operate>;

beforeAll(async () => {
  server = await pocketIdUnderTest();
});
afterAll(() => server.close());
beforeEach(() => {
  client = operate(oidcClient, anotherProcess(server));
});

const program = (more: object = {}) => ({ name: "ocis", isPublic: true, restricted: false, ...more });

test.each([
  ["https://ocis.company.com/:id/:id", "put a backslash before it, or upgrade to 2.13 or later"],
  ["https://ocis.company.com/x:1", "put a backslash before it, or upgrade to 2.13 or later"],
])("%s is refused at preview before 2.13, and made since", async (url, reason) => {
  const { failures } = await client.check(program({ callbackUrls: [url] }));
  const refused = [{ property: "callbackUrls", reason: expect.stringContaining(reason) as string }];
  expect(failures).toEqual(isAtLeast(server.version, "2.13") ? [] : refused);
  if (failures.length > 0) return;
  const entry = await client.create(program({ callbackUrls: [url], clientId: uniqueName("colon") }));
  await client.delete(entry);
});

test.each([
  "https://ocis.company.com/\u0000",
  "https://ocis.company.com/%zz",
  "https://ocis.company.com/x\\:1",
])("%j is refused at preview by the versions that don't store it", async (url) => {
  const body = { name: "Probe", callbackURLs: [url] };
  const { status, body: made } = await server.call<{ id: string }>("POST", "/api/oidc/clients", body);
  if (status === 201) await server.call("DELETE", `/api/oidc/clients/${made.id}`);
  const { failures } = await client.check(program({ logoutCallbackUrls: [url] }));
  expect(failures.map(({ property }) => property)).toEqual(status === 201 ? [] : ["logoutCallbackUrls"]);
});

test("what is in state already isn't refused again after an upgrade of Pocket ID", async () => {
  const url = "https://ocis.company.com/x\\:1";
  const newer = await startEmbeddedPocketId({ version: "2.14" });
  const upgraded = operate(oidcClient, anotherProcess(newer));
  const inputs = program({ callbackUrls: [url] });
  expect((await upgraded.check(inputs, { ...inputs, clientId: "there" })).failures).toEqual([]);
  expect((await upgraded.check(inputs)).failures).toHaveLength(1);
  await newer.close();
});
