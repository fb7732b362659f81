import { randomBytes } from "node:crypto";
import { checkKey } from "../../cli/doctor/pocket-id";
import { startEmulator } from "../../emulator";
import { type Company, ofKind, pressing, startCompany } from "./doctor-company";
import { withoutWaits } from "../support/without-waits";

withoutWaits();

/** Pocket ID itself, the key, and its settings. What the server under test does not do, the proxy before it makes up. */
let company: Company;

beforeAll(async () => {
  company = await startCompany();
});
afterEach(() => {
  company.reset();
});
afterAll(() => company.remove());

const reachedAt = (url: string, apiKey: string = company.server.apiKey) =>
  company.find(
    {},
    { configuration: { ...company.subject.configuration, "pocketid:url": url, "pocketid:apiKey": apiKey } },
  );

/** The findings when Pocket ID says that it is of another version; all else is as it was. */
const ofVersion = (version: string) => {
  company.proxy.alter = (passing) => {
    if (passing.path === "/api/version/current") passing.body = JSON.stringify({ currentVersion: version });
  };
  return reachedAt(company.proxy.url);
};

test("connection-incomplete: what needs no key is looked at all the same", async () => {
  company.ocis.settings.clientId = "web";
  const configuration = { ...company.subject.configuration, "pocketid:apiKey": "" };
  expect(pressing(await company.find({}, { configuration }))).toEqual([
    expect.stringMatching(
      /^connection-incomplete: no API key for http.*pulumi config set --secret pocketid:apiKey/,
    ),
    expect.stringMatching(/^ocis-client-id: /),
  ]);
});

test("pocket-id-unreachable", async () => {
  const gone = await startEmulator();
  await gone.close();
  expect(pressing(await reachedAt(gone.url))).toEqual([
    `pocket-id-unreachable: GET ${gone.url}/api/users/me: not reachable (ECONNREFUSED)`,
  ]);
});

test("pocket-id-unexpected: another server answers there", async () => {
  expect(pressing(await reachedAt(company.ocis.url))).toEqual([
    expect.stringMatching(
      /^pocket-id-unexpected: GET .*\/api\/users\/me: HTTP 200, but the answer isn't what Pocket ID returns$/,
    ),
  ]);
});

test("pocket-id-intercepted: a challenge page, told from a refused key, with its sender", async () => {
  company.proxy.alter = (passing) => {
    if (passing.path !== "/api/users/me") return;
    Object.assign(passing, { status: 401, body: "<html>prove that you are human</html>" });
    passing.headers = { "content-type": "text/html", server: "cloudflare", "cf-ray": "8c1-ZRH" };
  };
  const { url } = company.proxy;
  expect(pressing(await reachedAt(url))).toEqual([
    `pocket-id-intercepted: GET ${url}/api/users/me: HTTP 401, but the answer isn't Pocket ID's (cf-ray: 8c1-ZRH, server: cloudflare)`,
  ]);
});

test("pocket-id-too-old", async () => {
  expect(pressing(await ofVersion("2.2.0"))).toEqual([
    expect.stringMatching(
      /^pocket-id-too-old: GET .*: this is Pocket ID 2\.2\.0, and 2\.3 or later is needed/,
    ),
  ]);
});

test("pocket-id-untried is advice", async () => {
  const findings = await ofVersion("2.99.0");
  expect(pressing(findings)).toEqual([]);
  expect(ofKind("pocket-id-untried", findings)[0]).toMatch(/^this is Pocket ID 2\.99\.0, newer than/);
});

test.each([
  ["2.5.1", []],
  ["2.6.0", ["pocket-id-refuses-desktop: this is Pocket ID 2.6.0"]],
  ["v2.6.2", ["pocket-id-refuses-desktop: this is Pocket ID v2.6.2"]],
  ["2.7.0", []],
  ["unknown", []],
])("pocket-id-refuses-desktop: version %s", async (version, found) => {
  expect(pressing(await ofVersion(version))).toEqual(found);
});

test("key-refused, and no trace of the key", async () => {
  const key = `secret-${randomBytes(12).toString("hex")}`;
  const findings = await reachedAt(company.server.url, key);
  expect(pressing(findings)).toEqual([
    expect.stringMatching(/^key-refused: GET .*\/api\/users\/me: HTTP 401, You are not signed in$/),
  ]);
  expect(JSON.stringify(findings)).not.toContain(key);
});

describe("key-expires-soon", () => {
  const DAY_MS = 24 * 60 * 60 * 1_000;
  /** the emulator lists no keys; the proxy answers for it, in the real one's words. */
  const withKeys = (...keys: [name: string, daysLeft: number, secondsUnused: number | null][]) => {
    company.proxy.alter = (passing) => {
      if (passing.path !== "/api/api-keys") return;
      const ago = (ms: number) => new Date(Date.now() - ms).toISOString().replace(/\.\d+/, "");
      const data = keys.map(([name, days, unused]) => ({
        name,
        expiresAt: ago(-(days + 0.5) * DAY_MS),
        lastUsedAt: unused === null ? null : ago(unused * 1_000),
      }));
      passing.status = 200;
      passing.body = JSON.stringify({ data, pagination: { totalPages: 1 } });
    };
    return reachedAt(company.proxy.url);
  };
  const probably = "its owner's last used key and so probably the stack's,";

  test.each<[string, Parameters<typeof withKeys>, string[]]>([
    ["no key but the static one", [], []],
    ["a key with time", [["a", 14, 0]], []],
    ["a key about to end", [["a", 13, 0]], [`API key 'a', ${probably} expires in 13 days, on`]],
    ["its last day", [["a", 0, 0]], ["expires in 0 days"]],
    [
      "another key about to end",
      [
        ["a", 90, 0],
        ["b", 3, 3_600],
        ["c", 3, null],
      ],
      [],
    ],
    [
      "ours beside others",
      [
        ["a", 90, 60],
        ["b", 1, 0],
      ],
      [`API key 'b', ${probably} expires in 1 day, on`],
    ],
  ])("%s", async (_what, keys, expected) => {
    const findings = await withKeys(...keys);
    expect(ofKind("key-expires-soon", findings)).toEqual(
      expected.map((part) => expect.stringContaining(part) as string),
    );
  });

  test("keys that were used in the same second are not told apart, which is said", () => {
    const now = new Date("2026-11-27T12:00:00Z");
    const lastUsedAt = "2026-11-27T11:59:59Z";
    const keys = [
      { name: "a", expiresAt: "2027-11-27T00:00:00Z", lastUsedAt },
      { name: "b", expiresAt: "2026-11-30T00:00:00Z", lastUsedAt },
    ];
    expect(checkKey(keys, now).map(({ what }) => what)).toEqual([
      "API key 'b', one of 2 that were used at the same time and can be the stack's, expires in 2 days, on 2026-11-30",
    ]);
  });
});

test("key-not-admin", async () => {
  const extra = { key: "clerk-key-0123456789", admin: false };
  const emulator = await startEmulator({ extraApiKeys: [extra] });
  try {
    expect(pressing(await reachedAt(emulator.url, extra.key))).toEqual([
      expect.stringMatching(/^key-not-admin: .*the API key belongs to '.+', who is not an admin/),
    ]);
  } finally {
    await emulator.close();
  }
});

describe("identity-changeable", () => {
  /** the emulator has no settings; the proxy answers for it. A real one is asked itself, below. */
  const ownEdit = (value: string) => {
    company.proxy.alter = (passing) => {
      if (passing.path !== "/api/application-configuration") return;
      passing.status = 200;
      passing.body = JSON.stringify([{ key: "allowOwnAccountEdit", type: "", value }]);
    };
  };

  test.each([
    ["true", "preferred_username", 1],
    ["false", "preferred_username", 0],
    ["true", "sub", 0],
    ["true", undefined, 0],
  ])("self-editing %s and identity %s: %d finding", async (value, identityClaim, count) => {
    ownEdit(value);
    const configuration = { ...company.subject.configuration, "pocketid:url": company.proxy.url };
    const found = ofKind("identity-changeable", await company.find({}, { configuration, identityClaim }));
    expect(found).toHaveLength(count);
  });

  test("the server's own setting decides", async () => {
    const { status, body } = await company.server.call<{ key: string; value: string }[]>(
      "GET",
      "/api/application-configuration",
    );
    const setting = status === 200 ? body.find(({ key }) => key === "allowOwnAccountEdit")?.value : undefined;
    const found = ofKind("identity-changeable", await company.find());
    expect(found).toHaveLength(setting === "true" ? 1 : 0);
  });
});
