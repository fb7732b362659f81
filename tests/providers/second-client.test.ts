import { oidcClient } from "@ocis-pocket-id/providers/handlers";
import { anotherProcess, operate } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

/** A client that was made by hand is recognised, or reported: never is a second one made beside it silently. */
let server: PocketIdUnderTest;
let client: ReturnType<typeof operate>;
let host: string;
let made: string;
const notices: string[] = [];

beforeAll(async () => {
  server = await pocketIdUnderTest();
});
afterAll(() => server.close());
beforeEach(() => {
  host = `${uniqueName("ocis")}.company.test`;
  client = operate(oidcClient, anotherProcess(server));
  notices.length = 0;
  jest.spyOn(console, "error").mockImplementation((line: string) => notices.push(line));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await server.call("DELETE", `/api/oidc/clients/${made}`);
});

async function byHand(name: string, callbackURLs: string[]): Promise<void> {
  const body = { name, callbackURLs, isPublic: true };
  made = (await server.call<{ id: string }>("POST", "/api/oidc/clients", body)).body.id;
}

const program = (more: object = {}) => ({
  name: host,
  defaultClientId: host,
  callbackUrls: [`https://${host}/`, `https://${host}/oidc-callback.html`],
  isPublic: true,
  restricted: false,
  ...more,
});
const reasons = async (more: object) =>
  (await client.check(program(more))).failures.map(({ reason }) => reason);

describe.each(["https://HOST/*", "https://HOST/**", "https://HOST", "https://HOST/oidc-*", "*"])(
  "a client of our name with the callback URL %s",
  (pattern) => {
    beforeEach(() => byHand(host, [pattern.replace("HOST", host)]));

    test("is adopted, and keeps its ID", async () => {
      const { inputs, failures } = await client.check(program({ adopt: "ifExists" }));
      expect(failures).toEqual([]);
      expect(inputs["clientId"]).toBe(made);
    });

    test("is refused without adoption, with the settings that adopt it", async () => {
      const [reason, ...more] = await reasons({});
      expect(more).toEqual([]);
      expect(reason).toContain(`a client that may already be this one: ${made} ('${host}', `);
      expect(reason).toContain(`pulumi config set webClientId ${made}`);
    });

    test("isn't in the way of a second one with a chosen ID", async () => {
      expect(await reasons({ clientId: uniqueName("second") })).toEqual([]);
    });
  },
);

describe.each<[string, () => [name: string, urls: string[]]]>([
  ["of our name without callback URLs", () => [host, []]],
  ["of another name with our callback URLs", () => ["Files", [`https://${host}/`, `https://${host}/oidc-*`]]],
])("a client %s", (_what, its) => {
  beforeEach(() => byHand(...its()));

  test.each(["ifExists", "must", "reclaim"])(
    "stops a preview with adopt: %s, and is named",
    async (adopt) => {
      expect(await reasons({ adopt })).toEqual([
        expect.stringContaining(`a client that may already be this one: ${made} (`),
      ]);
    },
  );

  test("is a warning without adoption", async () => {
    expect(await reasons({})).toEqual([]);
    expect(notices.filter((line) => line.startsWith("warning: Pocket ID has a client"))).toEqual([
      expect.stringContaining(made),
    ]);
  });
});

test.each<[string, () => [name: string, urls: string[]]]>([
  ["for any host", () => ["Any", ["https://*/**"]]],
  ["for another host", () => [host, ["https://other.company.test/"]]],
  ["for one of our pages", () => ["Some", [`https://${host}/`]]],
])("a client %s doesn't matter", async (_what, its) => {
  await byHand(...its());
  expect(await reasons({ adopt: "ifExists" })).toEqual([]);
  expect(await reasons({})).toEqual([]);
  expect(notices.filter((line) => line.includes(made))).toEqual([]);
});

test("a client of this stack isn't taken for another one when it is replaced", async () => {
  const entry = await client.create(program());
  made = entry.id;
  await client.diff(entry, program());
  expect(await reasons({ defaultClientId: uniqueName("other") })).toEqual([]);
});
