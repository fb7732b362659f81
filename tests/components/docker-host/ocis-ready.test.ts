import { ocisReady } from "@ocis-pocket-id/components/handlers";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { linesOf } from "../../../components/docker-host/answers";
import { isAlarming, readable, redact } from "../../../components/docker-host/text";
import { diagnose, type Observation } from "../../../components/docker-host/readiness/diagnosis";
import { answerOf } from "../../../components/docker-host/readiness/ask";
import { operate } from "../../support/operate";

const ISSUER = "https://pocket-id.company.com";
const expected = { container: "ocis", issuer: ISSUER, tls: false };
const running: Observation = {
  status: "running",
  exitCode: 0,
  restarts: 0,
  outOfMemory: false,
  told: undefined,
  selinux: false,
  answer: undefined,
  log: [],
};
const http = (status: number, body = "") => ({ kind: "http", status, body }) as const;
const log = (error: string) => [
  `{"level":"error","error":"Get: ${error}","message":"get information from url failed"}`,
];

describe("why nobody can log in", () => {
  test("the expected issuer: people can", () => {
    expect(diagnose({ ...running, answer: { kind: "document", issuer: ISSUER } }, expected)).toBeUndefined();
  });

  const cases: [name: string, seen: Partial<Observation>, reason: RegExp, hopeless: boolean][] = [
    ["no container", { status: undefined }, /container 'ocis' is gone: run `pulumi up --refresh`/, true],
    [
      "another issuer",
      { answer: { kind: "document", issuer: `${ISSUER}/` } },
      /Pocket ID's issuer is 'https:\/\/pocket-id\.company\.com\/', but oCIS expects 'https:\/\/pocket-id\.company\.com'/,
      true,
    ],
    [
      "another issuer in the container's environment",
      { answer: { kind: "document", issuer: ISSUER }, told: "http://pocket-id:1411" },
      /Pocket ID's issuer is 'https:\/\/pocket-id\.company\.com', but oCIS expects 'http:\/\/pocket-id:1411'/,
      true,
    ],
    ["starting", { answer: { kind: "none", reason: "Connection refused" } }, /doesn't answer yet/, false],
    [
      "no curl",
      { answer: { kind: "none", reason: "the image has neither curl nor wget" } },
      /readiness: false/,
      true,
    ],
    [
      "TLS inside",
      { answer: http(400, "Client sent an HTTP request to an HTTPS server.") },
      /set tls: true/,
      true,
    ],
    ["TLS inside, by wget", { answer: http(400) }, /set tls: true/, true],
    ["no rewriting", { answer: http(404) }, /PROXY_OIDC_REWRITE_WELLKNOWN must be true/, false],
    [
      "unknown authority",
      {
        answer: http(500),
        log: log("tls: failed to verify certificate: x509: certificate signed by unknown authority"),
      },
      /set caCertificate to that authority's PEM text/,
      true,
    ],
    [
      "expired",
      { answer: http(500), log: log("x509: certificate has expired or is not yet valid") },
      /expired; renew/,
      true,
    ],
    [
      "other name",
      { answer: http(500), log: log("x509: certificate is valid for a, not b") },
      /another host name/,
      true,
    ],
    [
      "unknown host",
      { answer: http(500), log: log("lookup pocket-id: no such host") },
      /can't resolve .*extraHosts/,
      false,
    ],
    [
      "refused",
      { answer: http(500), log: log("connect: connection refused") },
      /can't connect to Pocket ID/,
      false,
    ],
    ["silent", { answer: http(500), log: log("i/o timeout") }, /doesn't answer oCIS/, false],
    [
      "plain http",
      { answer: http(500), log: log("http: server gave HTTP response to HTTPS client") },
      /put a TLS proxy in front/,
      false,
    ],
    [
      "no identity provider",
      { answer: http(502), log: log("not found com.owncloud.web.idp") },
      /REWRITE_WELLKNOWN/,
      false,
    ],
    ["down behind a proxy", { answer: http(502) }, /HTTP 502\): check that Pocket ID is running/, false],
    [
      "bad csp, at first",
      { status: "restarting", exitCode: 1, restarts: 1, log: ["Failed to load CSP configuration"] },
      /stopped with exit code 1: it could not use csp\.yaml/,
      false,
    ],
    [
      "bad csp, again",
      { status: "restarting", restarts: 2, log: ["Failed to load CSP configuration"] },
      /csp\.yaml/,
      true,
    ],
    [
      "a setting that ocis.yaml lacks",
      {
        status: "restarting",
        restarts: 2,
        log: ["(e.g. by using 'ocis init --diff' and applying the patch"],
      },
      /ocis\.yaml lacks a setting of this version/,
      true,
    ],
    [
      "no extended attributes",
      { status: "restarting", restarts: 2, log: ["xattr.set /var/lib/ocis: operation not supported"] },
      /no extended attributes/,
      true,
    ],
    [
      "init",
      { status: "exited", exitCode: 1, log: ["ocis init failed with exit code 1"] },
      /`ocis init` failed/,
      false,
    ],
    ["owner", { status: "exited", log: ["mkdir /var/lib/ocis: permission denied"] }, /uid 1000/, false],
    ["disk", { status: "exited", log: ["no space left on device"] }, /disk .* is full/, false],
    ["memory", { status: "exited", outOfMemory: true }, /out of memory/, false],
    [
      "restarting, for a moment up",
      { restarts: 3, answer: { kind: "none", reason: "Connection refused" }, log: ["permission denied"] },
      /keeps stopping \(3 restarts\): .*uid 1000/,
      true,
    ],
    [
      "restarted long ago",
      { restarts: 3, answer: { kind: "document", issuer: "https://x" } },
      /Pocket ID's issuer is/,
      true,
    ],
    ["unknown", { status: "exited", exitCode: 3 }, /exit code 3: fix what its log says/, false],
  ];
  test.each(cases)("%s", (_name, seen, reason, hopeless) => {
    const verdict = diagnose({ ...running, ...seen }, expected);
    expect(verdict?.reason).toMatch(reason);
    expect(verdict?.reason).not.toContain("\n");
    expect(verdict?.hopeless).toBe(hopeless);
  });

  test("plain http where TLS is expected", () => {
    const answer = {
      kind: "none",
      reason: "curl: (35) error:0A00010B:SSL routines::wrong version number",
    } as const;
    expect(diagnose({ ...running, answer }, { ...expected, tls: true })?.reason).toMatch(/serves plain http/);
  });

  test("the newest line of the log counts", () => {
    const lines = [...log("no such host"), ...log("connection refused")];
    expect(diagnose({ ...running, answer: http(500), log: lines }, expected)?.reason).toMatch(
      /can't connect/,
    );
  });
});

test.each([
  ["curl, document", 0, `{"issuer":"${ISSUER}"}\nhttp-status=200`, { kind: "document", issuer: ISSUER }],
  ["curl, error", 0, "oh no\nhttp-status=500", { kind: "http", status: 500, body: "oh no" }],
  [
    "curl, refused",
    7,
    "curl: (7) Failed to connect\nhttp-status=000",
    { kind: "none", reason: "curl: (7) Failed to connect" },
  ],
  ["curl, page", 0, "<html>\nhttp-status=200", { kind: "http", status: 200, body: "<html>" }],
  ["wget, document", 0, `{"issuer":"${ISSUER}"}`, { kind: "document", issuer: ISSUER }],
  ["wget, page", 0, "<html>", { kind: "http", status: 200, body: "<html>" }],
  [
    "wget, error",
    1,
    "wget: server returned error: HTTP/1.1 500 Internal Server Error\n",
    { kind: "http", status: 500, body: "wget: server returned error: HTTP/1.1 500 Internal Server Error" },
  ],
  ["wget, refused", 1, "wget: can't connect\n", { kind: "none", reason: "wget: can't connect" }],
  ["neither", 127, "", { kind: "none", reason: "the image has neither curl nor wget" }],
])("the answer by %s", (_name, exitCode, output, answer) => {
  expect(answerOf({ exitCode, output })).toEqual(answer);
});

test.each([
  ['{"password":"geheim","user":"einstein"}', '{"password":[hidden],"user":"einstein"}'],
  ["IDM_ADMIN_PASSWORD=geheim next", "IDM_ADMIN_PASSWORD=[hidden] next"],
  [" password   : geheim", " password   : [hidden]"],
  ['"jwt_secret": "geheim x"', '"jwt_secret": [hidden]'],
  ["X-API-KEY: geheim", "X-API-KEY: [hidden]"],
  ["Authorization: Bearer geheim123", "Authorization: [hidden] [hidden]"],
  ["sent bearer geheim123", "sent bearer [hidden]"],
  ["token eyJhbGciOi.eyJzdWIi.c2ln was refused", "token [hidden] was refused"],
  ["GET /cb?code=geheim&x=1", "GET /cb?code=[hidden]&x=1"],
  ["https://user:geheim@host/", "https://[hidden]@host/"],
  ["\u001b[31mred\u001b[0m", "red"],
  ["exit code: 1, status_code=502", "exit code: 1, status_code=502"],
  ["Failed to load CSP configuration", "Failed to load CSP configuration"],
])("redacts %j", (line, shown) => {
  expect(redact(line)).toBe(shown);
});

test.each([
  [
    '{"level":"error","service":"proxy","error":"no such host","time":"now","message":"get information failed"}',
    "proxy: get information failed: no such host",
    true,
  ],
  ['{"level":"warn","message":"core access token not set"}', "core access token not set", false],
  ['{"level":"fatal","error":"[1:11]\\n> a: password=geheim"}', "[1:11] > a: password=[hidden]", true],
  ["2026/11/24 permission denied", "2026/11/24 permission denied", true],
  ['{"level":"info"}', '{"level":"info"}', false],
  ["x".repeat(400), `${"x".repeat(300)}…`, true],
])("reads %j", (line, shown, alarming) => {
  expect(readable(line)).toBe(shown);
  expect(isAlarming(line)).toBe(alarming);
});

test("a log in one piece is split at Docker's frames, or at lines for a terminal's", () => {
  expect(linesOf(Buffer.concat([frame("one\ntw"), frame("o\n"), frame("three\n")]))).toEqual([
    "one",
    "two",
    "three",
  ]);
  expect(linesOf(Buffer.from("one\ntwo\n"))).toEqual(["one", "two"]);
});

function frame(text: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = 2;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}

describe("asking in the container", () => {
  /** What the discovery document says, one time after the other; the last one stays. */
  let documents: string[];
  let health: string | undefined;
  /** How often the services that store accounts haven't started yet, and how often that was asked. */
  let timesStarting = 0;
  let timesAsked = 0;
  let isAskedForServices = false;
  let labels: Record<string, string> | undefined;
  let server: Server;
  let handler: ReturnType<typeof operate>;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { method, url = "" } = request;
      const answers: Record<string, unknown> = {
        "GET /containers/ocis/json": {
          State: { Running: true, Status: "running", ...(health && { Health: { Status: health } }) },
          RestartCount: 0,
          Config: { Env: [`OCIS_OIDC_ISSUER=${ISSUER}`], Labels: labels },
        },
        "GET /exec/1/json": { ExitCode: isAskedForServices && timesAsked < timesStarting ? 1 : 0 },
      };
      const key = `${method ?? ""} ${url}`;
      if (key === "POST /containers/ocis/exec") {
        void text(request).then((body) => {
          isAskedForServices = body.includes("graph health");
          response.writeHead(201).end(JSON.stringify({ Id: "1" }));
        });
        return;
      }
      request.resume();
      if (key === "GET /exec/1/json" && isAskedForServices) timesAsked++;
      if (url.startsWith("/containers/ocis/logs"))
        response.end(frame('{"message":"hello","token":"geheim"}\n'));
      else if (key === "POST /exec/1/start") {
        response.end(frame((documents.length > 1 ? documents.shift() : documents[0]) ?? ""));
      } else {
        response.writeHead(key in answers ? (method === "POST" ? 201 : 200) : 404);
        response.end(JSON.stringify(answers[key] ?? {}));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    args.docker.host = `tcp://127.0.0.1:${port}`;
    handler = operate(ocisReady, {});
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  const args = { docker: { host: "" }, container: "ocis", issuer: ISSUER, timeoutSeconds: 10 };

  test("waits until the issuer comes, and asks again when a trigger changes", async () => {
    documents = ["starting", `{"issuer":"${ISSUER}"}`];
    const entry = await handler.create(args);
    expect((await handler.refresh(entry))?.outputs).toEqual(entry.outputs);
    expect(await handler.diff(entry, { ...args, timeoutSeconds: 60 })).toMatchObject({ changes: false });
    const changed = { ...args, triggers: { containerId: "2" } };
    expect(await handler.diff(entry, changed)).toMatchObject({ changes: true, replaces: [] });
    await handler.update(entry, changed);
  });

  test("waits for the services that store accounts, which start after the discovery document is served", async () => {
    documents = [`{"issuer":"${ISSUER}"}`];
    [timesStarting, timesAsked] = [1, 0];
    await handler.create(args);
    expect(timesAsked).toBe(2);
    timesStarting = 100;
    await expect(handler.create({ ...args, timeoutSeconds: 1 })).rejects.toThrow(
      "after 1 seconds: its services graph, idm, users and storage-users haven't all started yet",
    );
    timesStarting = 0;
  });

  test("waits for Docker's health check behind Traefik, which does so too", async () => {
    documents = [`{"issuer":"${ISSUER}"}`];
    [health, labels] = ["starting", { "traefik.enable": "true" }];
    await expect(handler.create({ ...args, timeoutSeconds: 1 })).rejects.toThrow(
      /after 1 seconds: Traefik serves only healthy containers, and Docker finds this one starting: see/,
    );
    const created = handler.create(args);
    setTimeout(() => (health = "healthy"), 200);
    await created;
    [health, labels] = ["starting", undefined];
    await handler.create({ ...args, timeoutSeconds: 1 });
  });

  test("gives up early when waiting won't help, on one line with the log, and keeps nothing", async () => {
    documents = ['{"issuer":"https://other"}'];
    const failure: unknown = await handler
      .create({ ...args, timeoutSeconds: 100 })
      .catch((error: unknown) => error);
    expect(failure).not.toHaveProperty("id");
    const { message } = failure as Error;
    expect(message).toMatch(
      /^nobody can log in to oCIS: Pocket ID's issuer is 'https:\/\/other'.*end of its log: .*hello/,
    );
    expect(message).not.toMatch(/geheim|\n/);
  });

  test("never gives a bare time-out", async () => {
    documents = ["<html>"];
    await expect(handler.create({ ...args, timeoutSeconds: 1 })).rejects.toThrow(
      /after 1 seconds: oCIS answers HTTP 200 instead of Pocket ID's discovery document/,
    );
  });

  test("a container that is gone is said at once", async () => {
    await expect(handler.create({ ...args, container: "other" })).rejects.toThrow(
      /container 'other' is gone/,
    );
  });

  test.each([{ timeoutSeconds: 0 }, { issuer: "" }, { tls: "yes" }])("%j is refused", async (change) => {
    expect((await handler.check({ ...args, ...change })).failures).toHaveLength(1);
  });
});
