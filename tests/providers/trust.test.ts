import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { type AddressInfo, connect as connectSocket } from "node:net";
import * as path from "node:path";
import type { Duplex } from "node:stream";
import { PocketId } from "../../providers/pocket-id/client";

/** Who is spoken to, and through whom: TLS with a private authority, proxies, IPv6. */
const fixture = (name: string) => readFileSync(path.join(__dirname, "..", "fixtures", "tls", name), "utf8");
const ca = fixture("ca.pem");

const answers: http.RequestListener = (request, response) => {
  const bodies: Record<string, unknown> = {
    "/api/users/me": { id: "1", username: "admin", isAdmin: true },
    "/api/version/current": { currentVersion: "2.9.0" },
  };
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(bodies[request.url ?? ""] ?? {}));
};

const servers: http.Server[] = [];
/** Tunnels are no longer their server's connections, and would keep it open. */
const tunnels: Duplex[] = [];
async function listen(server: http.Server | https.Server, host = "127.0.0.1"): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

const secureServer = () =>
  https.createServer({ cert: fixture("server.pem"), key: fixture("server-key.pem") }, answers);
const pocketIdAt = (url: string, caCertificate?: string) =>
  new PocketId(
    { url, apiKey: "key", timeoutMs: 5_000, ...(caCertificate === undefined ? {} : { caCertificate }) },
    () => undefined,
  );

/** A proxy that only tunnels, and notes where to. */
async function connectProxy(to: number): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const proxy = http.createServer();
  proxy.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    tunnels.push(socket);
    const onward = connectSocket(to, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket);
      socket.pipe(onward);
    });
    socket.on("error", () => onward.destroy());
    onward.on("error", () => socket.destroy());
  });
  return { port: await listen(proxy), asked };
}

afterEach(async () => {
  for (const name of ["HTTPS_PROXY", "NO_PROXY"]) Reflect.deleteProperty(process.env, name);
  for (const tunnel of tunnels.splice(0)) tunnel.destroy();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test("an expired certificate isn't taken for one of a private authority, and the line has this machine's time", async () => {
  const server = https.createServer(
    { cert: fixture("expired.pem"), key: fixture("server-key.pem") },
    answers,
  );
  const port = await listen(server);
  const failure = await pocketIdAt(`https://localhost:${port}`, fixture("expired.pem"))
    .version()
    .catch(String);
  expect(failure).toContain(`(CERT_HAS_EXPIRED) at ${new Date().toISOString().slice(0, 10)}`);
  expect(failure).toContain("Renew the certificate or, if that time is wrong, set the clock");
  expect(failure).not.toContain("caCertificate");
});

test("a certificate of an unknown authority is refused, and the line says how to trust it", async () => {
  const port = await listen(secureServer());
  await expect(pocketIdAt(`https://localhost:${port}`).version()).rejects.toThrow(
    /its TLS certificate is not trusted \(\w+\)\. For a private authority: `pulumi config set pocketid:caCertificate/,
  );
});

test("a private authority is trusted when the connection names it", async () => {
  const port = await listen(secureServer());
  expect(await pocketIdAt(`https://localhost:${port}`, ca).version()).toBe("2.9.0");
});

test("the name is checked too, private authority or not", async () => {
  const port = await listen(secureServer(), "127.0.0.2");
  await expect(pocketIdAt(`https://127.0.0.2:${port}`, ca).version()).rejects.toThrow(
    "not trusted (ERR_TLS_CERT_ALTNAME",
  );
});

test("HTTPS_PROXY is honoured, with a tunnel to the name, and the private authority holds inside it", async () => {
  const proxy = await connectProxy(await listen(secureServer()));
  process.env["HTTPS_PROXY"] = `http://127.0.0.1:${proxy.port}`;
  expect(await pocketIdAt("https://pocket-id.company.test", ca).version()).toBe("2.9.0");
  expect(new Set(proxy.asked)).toEqual(new Set(["pocket-id.company.test:443"]));
});

test("NO_PROXY is honoured", async () => {
  const port = await listen(secureServer());
  const proxy = await connectProxy(port);
  process.env["HTTPS_PROXY"] = `http://127.0.0.1:${proxy.port}`;
  process.env["NO_PROXY"] = "localhost";
  expect(await pocketIdAt(`https://localhost:${port}`, ca).version()).toBe("2.9.0");
  expect(proxy.asked).toEqual([]);
});

test("an IPv6 host works", async () => {
  const port = await listen(secureServer(), "::1");
  expect(await pocketIdAt(`https://[::1]:${port}`, ca).version()).toBe("2.9.0");
});

test("an IPv6 address is checked too", async () => {
  const port = await listen(secureServer(), "::ffff:127.0.0.1");
  await expect(pocketIdAt(`https://[::ffff:127.0.0.1]:${port}`, ca).version()).rejects.toThrow(
    "not trusted (ERR_TLS_CERT_ALTNAME",
  );
});
