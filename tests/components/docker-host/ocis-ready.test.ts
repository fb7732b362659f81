import { ocisReady } from "@ocis-pocket-id/components/handlers";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { answerOf } from "../../../components/docker-host/readiness/ask";
import { operate } from "../../support/operate";
import { frame } from "./docker-log";

const ISSUER = "https://pocket-id.company.com";

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
