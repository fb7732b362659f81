import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { inspect } from "node:util";
import { PocketId } from "../../providers/pocket-id/client";
import { RETRY } from "../../providers/pocket-id/errors";
import { type RecordingProxy, recordingProxy } from "../support/recording-proxy";

/** Who gets to see the API key: real servers, real proxies, and all that went over the wire. */
const KEY = "key-that-only-pocket-id-may-see";
const VARIABLES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

const fixture = (name: string) => readFileSync(path.join(__dirname, "..", "fixtures", "tls", name), "utf8");
const TLS = { cert: fixture("server.pem"), key: fixture("server-key.pem") };
const caCertificate = fixture("ca.pem");

/** Path and key of each request that reached Pocket ID. */
let arrived: [path: string, key: string | undefined][];
const servers: http.Server[] = [];
const proxies: RecordingProxy[] = [];

const answers: http.RequestListener = (request, response) => {
  const key = request.headers["x-api-key"];
  arrived.push([request.url ?? "", typeof key === "string" ? key : undefined]);
  const endpoint = "https://pocket-id.company.test/x";
  const bodies: Record<string, unknown> = {
    "/api/users/me": { id: "1", username: "admin", isAdmin: true },
    "/api/version/current": { currentVersion: "2.9.0" },
    "/api/application-configuration": [{ key: "appName", type: "string", value: "Pocket ID" }],
    "/.well-known/openid-configuration": {
      issuer: "https://pocket-id.company.test",
      authorization_endpoint: endpoint,
      token_endpoint: endpoint,
      jwks_uri: endpoint,
    },
  };
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(bodies[request.url ?? ""] ?? {}));
};

async function listen(server: http.Server, host = "127.0.0.1"): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}
const plain = (host?: string) => listen(http.createServer(answers), host);
const secure = (host?: string) => listen(https.createServer(TLS, answers), host);

async function proxied(variable: string, ...how: Parameters<typeof recordingProxy>): Promise<RecordingProxy> {
  const proxy = await recordingProxy(...how);
  proxies.push(proxy);
  process.env[variable] = proxy.url;
  return proxy;
}

const pocketIdAt = (url: string) =>
  new PocketId({ url, apiKey: KEY, timeoutMs: 5_000, caCertificate }, () => undefined);

const waits = RETRY.waitsMs;
beforeEach(() => {
  arrived = [];
  Object.assign(RETRY, { waitsMs: [] });
});
afterEach(async () => {
  Object.assign(RETRY, { waitsMs: waits });
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
  for (const proxy of proxies.splice(0)) await proxy.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe("this machine's own addresses", () => {
  test.each([
    ["127.0.0.1", "127.0.0.1", "HTTP_PROXY"],
    ["127.0.0.2", "127.0.0.2", "http_proxy"],
    ["localhost", "127.0.0.1", "ALL_PROXY"],
    ["LOCALHOST", "127.0.0.1", "all_proxy"],
    ["[::1]", "::1", "HTTP_PROXY"],
    ["[::ffff:127.0.0.1]", "127.0.0.1", "HTTP_PROXY"],
    ["127.1", "127.0.0.1", "HTTP_PROXY"],
  ])("http://%s: nothing goes to a proxy (%s, %s)", async (name, host, variable) => {
    const port = await plain(host);
    const proxy = await proxied(variable);
    expect(await pocketIdAt(`http://${name}:${port}`).version()).toBe("2.9.0");
    expect(proxy.seen()).toBe("");
  });

  test.each([
    ["127.0.0.1", "127.0.0.1", "HTTPS_PROXY"],
    ["localhost", "127.0.0.1", "https_proxy"],
    ["[::1]", "::1", "ALL_PROXY"],
  ])("https://%s: nor is a tunnel asked for (%s, %s)", async (name, host, variable) => {
    const port = await secure(host);
    const proxy = await proxied(variable, port);
    expect(await pocketIdAt(`https://${name}:${port}`).version()).toBe("2.9.0");
    expect(proxy.asked).toEqual([]);
  });
});

describe("a server on another machine", () => {
  test.each(["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])(
    "https: %s gets a name to tunnel to, and neither key nor path",
    async (variable) => {
      const proxy = await proxied(variable, await secure());
      expect(await pocketIdAt("https://pocket-id.company.test").version()).toBe("2.9.0");
      expect(new Set(proxy.asked)).toEqual(new Set(["CONNECT pocket-id.company.test:443"]));
      expect(proxy.seen().length).toBeGreaterThan(500);
      expect(proxy.seen()).not.toMatch(new RegExp(`${KEY}|x-api-key|/api/`, "i"));
      expect(arrived).toContainEqual(["/api/users/me", KEY]);
    },
  );

  test.each(["200 OK", "302 Found", "403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"])(
    "https: a proxy that makes no tunnel (%s) gets no key either",
    async (refuse) => {
      const proxy = await proxied("HTTPS_PROXY", { refuse });
      await expect(pocketIdAt("https://pocket-id.company.test").version()).rejects.toThrow();
      expect(proxy.asked.length).toBeGreaterThan(0);
      expect(proxy.seen()).not.toMatch(new RegExp(`${KEY}|x-api-key|/api/`, "i"));
    },
  );

  test.each(["http://user:proxy-password@bad host:1", "http://user:proxy-password@127.0.0.1:1"])(
    "https: a proxy that can't be used (%s) is named by its variable at most, as it may hold a password",
    async (proxy) => {
      process.env["HTTPS_PROXY"] = proxy;
      const failure = await pocketIdAt("https://pocket-id.company.test")
        .version()
        .catch((error: unknown) => error);
      expect(String(failure)).toMatch(
        /HTTPS_PROXY is not the URL of a proxy: set it to|not reachable \(ECONNREFUSED\)$/,
      );
      expect(inspect(failure)).not.toContain("proxy-password");
    },
  );

  test.each(["HTTP_PROXY", "http_proxy", "ALL_PROXY"])(
    "plain http: no proxy gets to see the key, and the line says what %s has to do with it",
    async (variable) => {
      const proxy = await proxied(variable);
      await expect(pocketIdAt("http://pocket-id.company.test").version()).rejects.toThrow(
        new RegExp(
          `not reachable \\(E\\w+\\); ${variable} isn't used for plain http, as the proxy could read .*: use https$`,
        ),
      );
      expect(proxy.seen()).toBe("");
    },
  );
});

describe("what Pocket ID tells everybody", () => {
  test("is read without the key, and all else with it", async () => {
    const pocketId = pocketIdAt(`http://127.0.0.1:${await plain()}`);
    await pocketId.openIdConfiguration();
    await pocketId.publicSettings();
    await pocketId.version();
    expect(arrived).toEqual([
      ["/.well-known/openid-configuration", undefined],
      ["/api/application-configuration", undefined],
      ["/api/users/me", KEY],
      ["/api/version/current", KEY],
    ]);
  });
});
