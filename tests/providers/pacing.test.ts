import { PocketId } from "../../providers/pocket-id/client";
import { type Emulator, startEmulator } from "../../emulator";

/** The limiter of 2.9 gives 100 requests at once, then one a second; that of 2.14 says how long to wait. */
let pocketId: Emulator;
afterEach(() => pocketId.close());

const connect = (notice: (line: string) => void) =>
  new PocketId({ url: pocketId.url, apiKey: pocketId.apiKey, timeoutMs: 5_000 }, notice);

const refused = () => pocketId.requests.filter(({ status }) => status === 429).length;

test("108 requests against a 2.9 limiter come through, with a line that says why it takes time", async () => {
  pocketId = await startEmulator({ version: "2.9", rateLimiter: true });
  const notices: string[] = [];
  const client = connect((line) => notices.push(line));
  const found = await Promise.all(
    Array.from({ length: 106 }, (_, index) => client.findUser(`nobody-${index}`)),
  );
  expect(found).toEqual(Array.from({ length: 106 }, () => undefined));
  expect(notices[0]).toMatch(/^waiting for Pocket ID's rate limit \(\d+ requests to go\)$/);
  // Those under way together when the bucket ran out, and hardly any later: one a second is what it gives.
  expect(refused()).toBeLessThanOrEqual(10);
});

test("two processes that share one limit both come through", async () => {
  pocketId = await startEmulator({ version: "2.9", rateLimiter: true });
  const clients = [connect(() => undefined), connect(() => undefined)];
  const asked = clients.flatMap((client) =>
    Array.from({ length: 52 }, (_, index) => client.findUser(`nobody-${index}`)),
  );
  expect(await Promise.all(asked)).toHaveLength(104);
});

test("a named wait is kept: each request is refused once at most", async () => {
  pocketId = await startEmulator({ version: "2.14", rateLimiter: true });
  const client = connect(() => undefined);
  await Promise.all(Array.from({ length: 350 }, (_, index) => client.findUser(`nobody-${index}`)));
  expect(refused()).toBeLessThanOrEqual(16);
});
