import { type Emulator, type PocketIdVersion, startEmulator } from "../../emulator";
import { RateLimiter } from "../../emulator/callers";

describe("the rate limiter's bucket", () => {
  test.each([
    ["2.9", 100, 1],
    ["2.14", 300, 100],
  ] as const)("of v%s holds %s and gains %s a second", (version, burst, perSecond) => {
    let time = 0;
    const limiter = new RateLimiter(version, () => time);
    const admitted = (calls: number): number =>
      Array.from({ length: calls }, () => limiter.allows("192.0.2.1")).filter(Boolean).length;
    expect(admitted(burst + 50)).toBe(burst);
    time += 3000;
    expect(admitted(burst + 50)).toBe(Math.min(burst, 3 * perSecond));
    time += 3_600_000;
    expect(admitted(burst + 50)).toBe(burst);
    expect(limiter.allows("192.0.2.2")).toBe(true);
  });
});

describe.each([
  ["2.9", 100, null, { error: "Too many requests" }],
  ["2.14", 300, "1", { error: "Too many requests", code: "rate_limited" }],
] as const)("the emulator %s with its limiter on", (version, burst, retryAfter, refusal) => {
  let server: Emulator;
  beforeEach(async () => {
    server = await startEmulator({
      version: version satisfies PocketIdVersion,
      // Time stands still, so that a slow machine exhausts the bucket too.
      rateLimiter: () => 0,
    });
  });
  afterEach(() => server.close());

  const get = (path: string): Promise<Response> =>
    fetch(server.url + path, { headers: { "X-API-KEY": server.apiKey } });
  const several = (calls: number, path: string): Promise<Response[]> =>
    Promise.all(Array.from({ length: calls }, () => get(path)));

  test("refuses with 429 what is beyond the burst, in one bucket for the API and the discovery document", async () => {
    const answers = await several(burst + 5, "/api/users/me");
    const statuses = answers.map((answer) => answer.status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(burst);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    const refused = answers.find((answer) => answer.status === 429);
    expect(await refused?.json()).toMatchObject(refusal);
    expect(refused?.headers.get("retry-after")).toBe(retryAfter);
    const discovery = await get("/.well-known/openid-configuration");
    expect(discovery.status).toBe(429);
    // A browser has to be able to read the refusal.
    expect(discovery.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("never limits its health, nor counts what has no route", async () => {
    await several(burst, "/api/users/me");
    expect((await get("/api/users/me")).status).toBe(429);
    const answers = await several(5, "/healthz");
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([204]));
    expect((await get("/api/nothing-here")).status).toBe(404);
  });
});

test("the emulator limits nobody unless it is told to", async () => {
  const server = await startEmulator();
  const headers = { "X-API-KEY": server.apiKey };
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => fetch(`${server.url}/api/users/me`, { headers })),
  );
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  await server.close();
});
