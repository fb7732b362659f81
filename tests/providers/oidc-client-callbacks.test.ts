import { isAtLeast } from "@ocis-pocket-id/providers/pocket-id";
import { oidcClient } from "@ocis-pocket-id/providers/handlers";
import { startEmulator } from "../../emulator";
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

describe("without callback URLs", () => {
  const notices: string[] = [];
  beforeEach(() => {
    notices.length = 0;
    jest.spyOn(console, "error").mockImplementation((line: string) => notices.push(line));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const warning = () =>
    expect.stringContaining(
      isAtLeast(server.version, "2.10")
        ? "has no callback URLs, so no login through a browser can return to it: set callbackUrls"
        : `has no callback URLs, so Pocket ID ${server.version} trusts the URL of its first login`,
    ) as string;

  test.each([{}, { callbackUrls: [] }])("a new client with %j is a warning", async (more) => {
    const { failures } = await client.check(program({ clientId: uniqueName("none"), ...more }));
    expect(failures).toEqual([]);
    expect(notices).toEqual([warning()]);
  });

  test("so is one that loses its last, and no other check of it", async () => {
    const inputs = program({ clientId: "there", callbackUrls: [] });
    const state = { clientId: "there", name: "ocis" };
    await client.check(inputs, { ...state, callbackUrls: ["https://ocis.company.com/"] });
    expect(notices).toEqual([warning()]);
    await client.check(inputs, { ...state, callbackUrls: [] });
    await client.check(program({ clientId: "there" }), state);
    expect(notices).toHaveLength(1);
  });

  test("an adopted client keeps what it has, and there is nothing to warn of", async () => {
    const id = uniqueName("kept");
    const body = { id, name: "ocis", callbackURLs: ["https://ocis.company.com/"] };
    await server.call("POST", "/api/oidc/clients", body);
    await client.check(program({ clientId: id, adopt: "ifExists" }));
    expect(notices.filter((line) => line.startsWith("warning"))).toEqual([]);
    await server.call("DELETE", `/api/oidc/clients/${id}`);
  });
});

test("what is in state already isn't refused again after an upgrade of Pocket ID", async () => {
  const url = "https://ocis.company.com/x\\:1";
  const newer = await startEmulator({ version: "2.14" });
  const upgraded = operate(oidcClient, anotherProcess(newer));
  const inputs = program({ callbackUrls: [url] });
  expect((await upgraded.check(inputs, { ...inputs, clientId: "there" })).failures).toEqual([]);
  expect((await upgraded.check(inputs)).failures).toHaveLength(1);
  await newer.close();
});
