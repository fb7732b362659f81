import { customClaims, oidcClient, userGroup } from "@ocis-pocket-id/providers/handlers";
import * as fc from "fast-check";
import { anotherProcess, type Entry, operate } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

/**
 * Whatever somebody types arrives in Pocket ID letter by letter, or is refused at preview with a reason on one line:
 * never cut, changed or half written.
 */
type Json = Record<string, unknown>;

let server: PocketIdUnderTest;
let groups: ReturnType<typeof operate>;
let clients: ReturnType<typeof operate>;
let claims: ReturnType<typeof operate>;
let groupId: string;

beforeAll(async () => {
  server = await pocketIdUnderTest();
  const configuration = anotherProcess(server);
  [groups, clients, claims] = [userGroup, oidcClient, customClaims].map((handler) =>
    operate(handler, configuration),
  ) as [typeof groups, typeof clients, typeof claims];
  const body = { name: uniqueName("hostile"), friendlyName: "Hostile" };
  groupId = (await server.call<{ id: string }>("POST", "/api/user-groups", body)).body.id;
});
afterAll(async () => {
  await server.call("DELETE", `/api/user-groups/${groupId}`);
  await server.close();
});

const SPECIALS = [
  ...Array.from("'\"`$\\{}[]<>&|;:#%@!*?~^=+,./- \t\r\n"),
  ...["${HOME}", "$(id)", "{{x}}", "%00", "\u0000", "\u001b[31m", "\u202e", "\ufeff", "\u2028"],
  ...[
    "é",
    "e\u0301",
    "ß",
    "İ",
    "日本語",
    "🔑",
    "👩‍👩‍👧",
    "ﬁ",
    "---",
    "- a: b",
    "!!js",
    "null",
    "yes",
    "0x1F",
    "1e3",
  ],
  ...["' OR 1=1 --", "<script>", "..", "../../etc/passwd"],
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...SPECIALS), fc.string({ unit: "binary", maxLength: 4 })), {
    maxLength: 12,
  })
  .map((parts) => parts.join(""));
const long = fc
  .constantFrom("a", "é", "🔑")
  .chain((letter) => fc.integer({ min: 45, max: 300 }).map((length) => letter.repeat(length)));
const RUNS = { numRuns: 60 };

/** Either the checks give a clear reason, or the object is made; then `compare` sees it as it is on the server. */
async function refusedOrExact(
  handler: ReturnType<typeof operate>,
  inputs: Json,
  compare: (entry: Entry) => Promise<void>,
): Promise<void> {
  const { failures } = await handler.check(inputs);
  for (const { reason } of failures) expect(reason).toMatch(/^[^\n\r]{5,600}$/);
  if (failures.length > 0) return;
  const entry = await handler.create(inputs);
  try {
    await compare(entry);
    const refreshed = await handler.refresh(entry);
    expect(refreshed?.inputs).toEqual(entry.inputs);
  } finally {
    await handler.delete(entry);
  }
}

const read = async (path: string) => (await server.call<Json>("GET", path)).body;

test("names of groups", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostile, long), fc.oneof(hostile, long), async (ending, friendlyName) => {
      const name = `${uniqueName("g")}${ending}`;
      await refusedOrExact(groups, { name, friendlyName }, async ({ id }) => {
        expect(await read(`/api/user-groups/${id}`)).toMatchObject({
          name: name.normalize("NFC"),
          friendlyName: friendlyName.normalize("NFC"),
        });
      });
    }),
    RUNS,
  );
});

test.each([
  ["names", fc.record({ name: fc.oneof(hostile, long) })],
  ["IDs", fc.record({ clientId: hostile.map((ending) => `${uniqueName("c")}${ending}`) })],
  [
    "callbacks",
    fc.record({ callbackUrls: fc.tuple(hostile.map((path) => `https://ocis.company.test/${path}`)) }),
  ],
  ["launch URLs", fc.record({ launchUrl: hostile.map((path) => `https://ocis.company.test/${path}`) })],
] as [string, fc.Arbitrary<Json>][])(
  "%s of clients",
  async (_what, values) => {
    await fc.assert(
      fc.asyncProperty(values, async (hostileOnes) => {
        const plain = {
          name: "ocis",
          clientId: uniqueName("c"),
          isPublic: true,
          allowedUserGroupIds: [groupId],
        };
        const {
          name,
          clientId,
          callbackUrls = [],
          launchUrl,
        } = { ...plain, ...hostileOnes } as typeof plain & {
          callbackUrls?: string[];
          launchUrl?: string;
        };
        await refusedOrExact(clients, { ...plain, ...hostileOnes }, async ({ id }) => {
          expect(await read(`/api/oidc/clients/${encodeURIComponent(id)}`)).toMatchObject({
            id: clientId,
            name: name.normalize("NFC"),
            callbackURLs: callbackUrls,
            ...(launchUrl === undefined ? {} : { launchURL: launchUrl }),
          });
        });
      }),
      RUNS,
    );
  },
  120_000,
);

test("keys and values of claims", async () => {
  const value = fc.oneof(hostile, long, fc.jsonValue());
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostile, long), value, async (key, claimed) => {
      const expected = JSON.parse(JSON.stringify(claimed)) as unknown;
      const composed = JSON.parse(JSON.stringify(claimed).normalize("NFC")) as unknown;
      await refusedOrExact(claims, { groupId, claims: [{ key, value: expected }] }, async ({ inputs }) => {
        const list = (await read(`/api/user-groups/${groupId}`))["customClaims"] as {
          key: string;
          value: string;
        }[];
        expect(list).toHaveLength(1);
        expect((inputs["claims"] as { key: string }[])[0]?.key).toBe(key.normalize("NFC"));
        expect(list[0]?.key).toBe(key.normalize("NFC"));
        // Pocket ID gives tokens the JSON of a value that is JSON, and the text of any other.
        expect(asToken(list[0]?.value ?? "")).toEqual(composed);
      });
    }),
    RUNS,
  );
});

function asToken(stored: string): unknown {
  try {
    return JSON.parse(stored) as unknown;
  } catch {
    return stored;
  }
}
