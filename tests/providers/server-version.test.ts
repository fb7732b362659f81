import { PocketId } from "../../providers/pocket-id/client";
import { isAtLeast } from "../../providers/pocket-id/server-version";
import { json, scriptedServer } from "../support/scripted-server";

test.each([
  ["2.9.0", "2.9", true],
  ["2.9.0", "2.10", false],
  ["2.14.1", "2.9", true],
  ["v3.0.0", "2.14", true],
  ["1.16.0", "2.0", false],
  ["unknown", "2.14", true],
])("version %s is at least %s: %s", (server, needed, expected) => {
  expect(isAtLeast(server, needed)).toBe(expected);
});

async function firstContact(version: string) {
  const server = await scriptedServer(json(200, { data: [], pagination: { totalPages: 1 } }), version);
  const notices: string[] = [];
  const connection = { url: server.url, apiKey: "key", timeoutMs: 5_000 };
  const outcome = await new PocketId(connection, (line) => notices.push(line)).listGroups().then(
    () => "used",
    (error: unknown) => String(error),
  );
  await server.close();
  return { outcome, notices };
}

test.each(["2.3.0", "2.9.0", "2.14.2", "unknown"])("version %s is used without a word", async (version) => {
  expect(await firstContact(version)).toEqual({ outcome: "used", notices: [] });
});

test("a version that is newer than any tried is used with a warning", async () => {
  const { outcome, notices } = await firstContact("2.17.0");
  expect(outcome).toBe("used");
  expect(notices).toEqual([expect.stringContaining("2.17.0, newer than the newest one tested")]);
});

test("a version that is too old is refused, and the reason said", async () => {
  expect((await firstContact("2.2.0")).outcome).toContain(
    "this is Pocket ID 2.2.0, and 2.3 or later is needed",
  );
});
