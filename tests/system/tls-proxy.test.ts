import { OcisWithPocketId, POCKET_ID_UPSTREAM, PocketIdServer, TlsProxy } from "@ocis-pocket-id/components";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage } from "node:http";
import { request, type RequestOptions } from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Docker } from "../support/docker";
import { type EngineStack, engineStack } from "../support/engine";
import { freePort } from "../support/free-port";
import { uniqueName } from "../support/pocket-id";
import { type Browser, logIn, openBrowser, signIn } from "./browser";
import { type Ocis, ocisFor } from "./ocis";
import { systemParts } from "./parts";

const parts = systemParts();
if ("missing" in parts) console.log(`The test of the TLS proxy is skipped: ${parts.missing}`);
const describeWithParts = "missing" in parts ? describe.skip : describe;

const MIB = 2 ** 20;
/** The size of the upload, in MiB. */
const SIZE = Number(process.env["TEST_UPLOAD_MIB"] ?? "200");

/** Takes any request for that of a WebSocket, and sends back what it gets. */
const ECHO = String.raw`#!/bin/sh
while read -r line && [ -n "$(echo "$line" | tr -d "\r")" ]; do :; done
printf "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
exec cat
`;

interface Outputs {
  ocisUrl: string;
  issuer: string;
  clientId: string;
  adminLink: string;
  authority: string;
}

describeWithParts("what goes through the TLS proxy", () => {
  const docker = new Docker();
  const name = uniqueName("front");
  const checkout = process.cwd();
  let folder: string;
  let stack: EngineStack;
  let outputs: Outputs;
  let browser: Browser;
  let address: RequestOptions;
  let ocis: Ocis;
  let token: string;

  beforeAll(async () => {
    if ("missing" in parts) return;
    mkdirSync(join(checkout, ".cache", "tests"), { recursive: true });
    folder = mkdtempSync(join(checkout, ".cache", "tests", "front-"));
    writeFileSync(join(folder, "Pulumi.yaml"), `name: ${name}\nruntime: nodejs\n`);
    process.chdir(folder);
    const port = await freePort();
    const hosts = { ocisHost: `ocis.localhost:${port}`, pocketIdHost: `pocket-id.localhost:${port}` };
    const url = `https://${hosts.pocketIdHost}`;
    stack = await engineStack(name, () => {
      const sites = [
        { url: `https://${hosts.ocisHost}`, upstream: "http://ocis:9200" },
        { url, upstream: POCKET_ID_UPSTREAM },
        { url: `https://echo.localhost:${port}`, upstream: "http://echo:8080" },
      ];
      const proxy = new TlsProxy("proxy", { sites, certificates: "internal", image: parts.caddy });
      const { network, subnet: trustedProxies, authority: caCertificate = "" } = proxy;
      const server = new PocketIdServer("pocket-id", {
        ...{ url, proxy, network, trustedProxies, image: parts.pocketId, protect: false },
        admin: { username: "alice", email: "alice@company.test" },
        connection: { caCertificate },
      });
      const target = {
        ...{ type: "docker" as const, image: parts.ocis, caCertificate, publish: false as const },
        networks: [{ name: network, aliases: ["ocis"] }],
      };
      const { ocisUrl, issuer, clientId } = new OcisWithPocketId(
        "ocis",
        { ...hosts, members: { admin: ["alice"] }, target },
        { providers: [server.provider] },
      );
      const { authority } = proxy;
      return Promise.resolve({ ocisUrl, issuer, clientId, adminLink: server.adminLink, authority });
    });
    await stack.up();
    outputs = (await stack.outputs()) as unknown as Outputs;
    const { ocisUrl, issuer, clientId } = outputs;
    browser = openBrowser(port, outputs.authority);
    address = { host: "127.0.0.1", port, servername: "ocis.localhost", ca: outputs.authority };
    const cookie = await signIn(browser, issuer, outputs.adminLink.split("/").at(-1) ?? "");
    const redirectUri = `${ocisUrl}/oidc-callback.html`;
    const tokens = await logIn(browser, cookie, {
      issuer,
      clientId,
      redirectUri,
      scope: "openid profile email",
    });
    token = tokens.access_token;
    ocis = ocisFor(browser, ocisUrl, token);
  });
  afterAll(async () => {
    process.chdir(checkout);
    await docker.removeAllOf(name);
    for (const left of [folder, stack.directory]) rmSync(left, { recursive: true, force: true });
  });

  /** Opens an exchange with oCIS whose bodies are streams. */
  const open = (method: string, url: string, headers: Record<string, string>, body?: Readable) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const { host, pathname, search } = new URL(url);
      const all = { Host: host, Authorization: `Bearer ${token}`, ...headers };
      const sent = request({ ...address, method, path: pathname + search, headers: all }, resolve);
      sent.once("error", reject);
      if (body === undefined) sent.end();
      else pipeline(body, sent).catch(reject);
    });
  /** The most memory that a container's program has had, in MiB. */
  const peakOf = async (container: string) => {
    const { State } = await docker.inspect<{ State: { Pid: number } }>(
      "container",
      `${name}-test-${container}`,
    );
    const status = readFileSync(`/proc/${State.Pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
  };

  test(`a file of ${SIZE} MiB goes up and down as it comes, whatever its size`, async () => {
    const url = await ocis.fileUrl("big.bin");
    const before = { proxy: await peakOf("proxy"), ocis: await peakOf("ocis") };
    const sent = createHash("sha256");
    const length = { "Content-Length": String(SIZE * MIB) };
    const answer = await open("PUT", url, length, Readable.from(blocks(SIZE, sent)));
    answer.resume();
    expect(answer.statusCode).toBe(201);
    const received = createHash("sha256");
    let file = await open("GET", url, {});
    // oCIS still looks at what it got.
    for (; file.statusCode === 425; file = await open("GET", url, {})) {
      file.resume();
      await sleep(500);
    }
    await pipeline(file, received);
    expect(received.digest("hex")).toBe(sent.digest("hex"));
    const after = { proxy: await peakOf("proxy"), ocis: await peakOf("ocis") };
    expect(after.proxy - before.proxy).toBeLessThan(50);
    expect(after.ocis - before.ocis).toBeLessThan(150);
  });

  test("server-sent events arrive at once", async () => {
    const path = "/ocs/v2.php/apps/notifications/api/v1/notifications/sse";
    const events = await open("GET", `${outputs.ocisUrl}${path}`, { Accept: "text/event-stream" });
    expect(events.headers["content-type"]).toContain("text/event-stream");
    const url = await ocis.fileUrl("small.txt");
    await ocis.writeFile(url, "small");
    for await (const chunk of events as AsyncIterable<Buffer>) {
      if (chunk.toString().includes("postprocessing-finished")) break;
    }
    events.destroy();
  });

  test("a WebSocket stays open, and passes bytes in both directions at once", async () => {
    if ("missing" in parts) return;
    const echo = ["run", "--detach", "--name", `${name}-test-echo`, "--network", `${name}-test-proxy`];
    const script = `printf '%s' '${ECHO}' > /tmp/echo; chmod +x /tmp/echo; exec nc -ll -p 8080 -e /tmp/echo`;
    const command = ["--network-alias", "echo", "--entrypoint", "sh", parts.caddy, "-c", script];
    await docker.run(...echo, ...command);
    const headers = {
      ...{ Host: `echo.localhost:${String(address.port)}`, Connection: "Upgrade", Upgrade: "websocket" },
      ...{ "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": Buffer.alloc(16).toString("base64") },
    };
    const { status, socket } = await new Promise<{ status?: number | undefined; socket: Socket }>(
      (resolve, reject) => {
        request({ ...address, servername: "echo.localhost", headers })
          .once("upgrade", ({ statusCode: status }, socket) => {
            resolve({ status, socket: socket });
          })
          .once("response", ({ statusCode }) => {
            reject(new Error(`answered ${String(statusCode)}`));
          })
          .once("error", reject)
          .end();
      },
    );
    expect(status).toBe(101);
    for (const text of ["one", "two"]) {
      const heard = once(socket, "data") as Promise<[Buffer]>;
      socket.write(text);
      expect((await heard)[0].toString()).toBe(text);
      await sleep(1_000);
    }
    socket.destroy();
  });

  test("browsers get each CORS header once, from Pocket ID itself", async () => {
    const origin = { headers: { Origin: outputs.ocisUrl } };
    const { headers } = await browser.send(
      "GET",
      `${outputs.issuer}/.well-known/openid-configuration`,
      origin,
    );
    expect(headers["access-control-allow-origin"]).toBe("*");
  });

  test("plain http is sent on to https", async () => {
    const answer = await docker.run(
      ...["exec", `${name}-test-ocis`, "curl", "-sSI", "-H", `Host: ${new URL(outputs.ocisUrl).hostname}`],
      `http://${name}-test-proxy/a?b=c`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 308 /);
    expect(answer).toContain(`Location: ${outputs.ocisUrl}/a?b=c\r\n`);
  });
});

/** MiB of data, each different, which are also hashed. */
function* blocks(count: number, hash: ReturnType<typeof createHash>): Generator<Buffer> {
  for (let index = 0; index < count; index += 1) {
    const block = Buffer.alloc(MIB, createHash("sha256").update(String(index)).digest());
    hash.update(block);
    yield block;
  }
}
