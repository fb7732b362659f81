import { answers, VERSIONS } from "../support/callback-answers";
import { Bench, type Client } from "./bench";

/** What is refused or stored when a client is written; what a stored pattern matches at a login is another matter. */
describe("callback URLs", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
  });
  afterAll(() => bench.end());

  test.each([
    "*",
    "https://cloud.example.com/oidc-callback.html",
    "https://cloud.example.com",
    "https://cloud.example.com:9200/",
    "https://cloud.example.com/*",
    "https://cloud.example.com/**",
    "https://*.example.com/cb",
    "https://cloud.example.com/cb?x=1",
    "https://cloud.example.com/cb?x=*",
    "https://cloud.example.com/cb#fragment",
    "https://cloud.example.com/ü",
    "https://wölke.example.com/",
    "https://user:pw@cloud.example.com/",
    "https://cloud.example.com/{a}",
    "https://cloud.example.com/:id",
    "https://cloud.example.com/(a|b)",
    "HTTPS://CLOUD.EXAMPLE.COM",
    "http://127.0.0.1",
    "http://127.0.0.1:*",
    "http://localhost",
    "http://localhost:8080/cb",
    "http://localhost:*/cb",
    "http://[::1]",
    "http://[::1]:*",
    "http://[::1]:8080/cb",
    "oc://ios.owncloud.com",
    "oc://android.owncloud.com",
    "com.example.app:/cb",
    "com.example.app://oauth",
    "urn:ietf:wg:oauth:2.0:oob",
    "*://cloud.example.com",
    "https:",
    "https:/cloud.example.com",
  ])("may be %j", async (url) => {
    const client = await bench.client({ callbackURLs: [url], logoutCallbackURLs: [url] });
    expect(client).toMatchObject({ callbackURLs: [url], logoutCallbackURLs: [url] });
  });

  test.each([
    "",
    "**",
    "/path",
    "//cloud.example.com",
    "cloud.example.com",
    "not a url",
    "?",
    "#",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "data:text/html,x",
    "mailto:a@example.com",
    "1http://cloud.example.com",
    "ht_tp://cloud.example.com",
    "http://localhost:{port}",
    "https://cloud.example.com:65536/",
    "https://cloud.example.com:8x/",
    "https://cloud example.com/",
    "https://cloud.example.com ",
    "https://cl%20oud.example.com",
    "https://cl|oud.example.com",
    "https://256.1.1.1/",
    "https://[::z]/",
    "https://[::1]x/",
    "https://cloud.example.com/(",
    "https://cloud.example.com/{a",
    "https://cloud.example.com/}",
    "https://cloud.example.com/a+",
    "https://cloud.example.com/((a))",
    "https://cloud.example.com/a?b=(",
    "https://cloud.example.com\\",
  ])("may not be %j", async (url) => {
    const post = await bench.call("POST", "/api/oidc/clients", { name: "Contract", callbackURLs: [url] });
    expect(post).toMatchObject({ status: 400, body: { error: "CallbackURLs[0] is invalid" } });
    const logout = await bench.call("POST", "/api/oidc/clients", {
      name: "Contract",
      logoutCallbackURLs: [url],
    });
    expect(logout).toMatchObject({ status: 400, body: { error: "LogoutCallbackURLs[0] is invalid" } });
  });

  test.each([
    // v2.9 refuses these two schemes only when a name follows the colon.
    "javascript://cloud.example.com",
    "data:1",
    " https://cloud.example.com",
    "https://cloud.example.com:port/",
    "https://cloud.example.com/%zz",
    "(http|https)://cloud.example.com",
    "http{s}?://cloud.example.com",
    "https://{cloud}.example.com",
    "a*b://cloud.example.com",
  ])("may be %j in v2.9, and no longer in v2.14", async (url) => {
    const { status, body } = await bench.call<Client>("POST", "/api/oidc/clients", {
      name: "Contract",
      callbackURLs: [url],
    });
    if (status === 201) bench.remembered("/api/oidc/clients", body);
    expect(status).toBe(bench.expected.looseCallbackUrl);
  });

  test.each([
    "https://cloud.example.com/:",
    "https://cloud.example.com/:id/:id",
    "https://cloud.example.com/x:1",
  ])("with a bare colon may be %j since 2.13, and not before", async (url) => {
    const { status, body } = await bench.call<Client>("POST", "/api/oidc/clients", {
      name: "Contract",
      callbackURLs: [url],
    });
    if (status === 201) bench.remembered("/api/oidc/clients", body);
    expect(status).toBe(bench.expected.colonCallbackUrl);
  });

  test("are checked as the recorded answers say", async () => {
    const recorded = answers();
    const index = VERSIONS.findIndex((version) => bench.server.version === version);
    expect(index).toBeGreaterThanOrEqual(0);
    // A name that is too long: everything is checked, and nothing is made.
    const body = { name: "a".repeat(51), callbackURLs: recorded.map(({ pattern }) => pattern) };
    const { status, body: answer } = await bench.call<{ error: string }>("POST", "/api/oidc/clients", body);
    const refused = new Set(
      Array.from(answer.error.matchAll(/CallbackURLs\[(\d+)\] is invalid/gi), ([, at]) => Number(at)),
    );
    expect(status).toBe(400);
    const wrong = recorded.filter(({ stored }, at) => refused.has(at) === (stored[index] === "1"));
    expect(wrong.map(({ pattern }) => pattern)).toEqual([]);
  });

  test("may be missing: none and null are the empty list", async () => {
    expect(await bench.client({ callbackURLs: null })).toMatchObject({
      callbackURLs: [],
      logoutCallbackURLs: [],
    });
  });

  test("keep their order, and doubles", async () => {
    const callbackURLs = ["https://b.example.com", "https://a.example.com", "https://b.example.com"];
    expect(await bench.client({ callbackURLs })).toMatchObject({ callbackURLs });
  });
});
