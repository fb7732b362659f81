import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./fault";
import { type Answer, read, send } from "./passing-on";

/** How long after the client has given up a late request reaches the server: its look-up has been answered by then. */
const LATE_MS = 500;

const WEB_PAGE = "<html>a proxy says hello</html>";

/** Which request is spoiled, and how. */
export interface Plan {
  /** From 1, counted from now. */
  readonly number: number;
  readonly fault: Fault;
  /** Counts only requests that write. @default false */
  readonly writes?: boolean;
  /** Kills the caller, for the faults that do; when it returns, the caller is gone. */
  readonly kill?: () => void;
}

/** Sees every request that reaches the server. */
export interface Witness {
  /** Before the server gets it. */
  before(method: string, url: string, body: string): void;
  /** When the server has acted, and before anybody is told. */
  after(method: string, url: string): Promise<void>;
}

/** A proxy before Pocket ID that spoils chosen requests. */
export interface FaultProxy {
  readonly url: string;
  /** Requests that arrived since the last plan, in order: `POST /api/user-groups`. */
  readonly requests: string[];
  /** The request that was spoiled since the last plan. */
  readonly spoiled: string | undefined;
  /** Spoils the request of this number (from 1), counted from now; undefined spoils none. */
  plan(plan: number | Plan | undefined): Promise<void>;
  close(): Promise<void>;
}

export async function faultProxy(target: string, witness?: Witness): Promise<FaultProxy> {
  const proxy = new Proxy(target, witness);
  await proxy.listen();
  return proxy;
}

class Proxy implements FaultProxy {
  readonly requests: string[] = [];
  spoiled: string | undefined;
  private writes = 0;
  private planned: Plan | undefined;
  private port = 0;
  private readonly server: http.Server;
  /** What still goes on after the client has gone. */
  private readonly unfinished = new Set<Promise<unknown>>();

  constructor(
    private readonly target: string,
    private readonly witness: Witness | undefined,
  ) {
    this.server = http.createServer((request, response) => {
      // A client that is gone is what most faults are about.
      const done = this.handle(request, response).catch(() => request.socket.destroy());
      this.unfinished.add(done);
      void done.finally(() => this.unfinished.delete(done));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(this.port, "127.0.0.1", resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }

  async plan(plan: number | Plan | undefined): Promise<void> {
    this.planned = undefined;
    await Promise.all(this.unfinished);
    this.requests.length = 0;
    this.writes = 0;
    this.spoiled = undefined;
    if (!this.server.listening) await this.listen();
    this.planned = typeof plan === "number" ? { number: plan, fault: "lost after" } : plan;
    if (this.isTimeToLeave()) {
      this.spoiled = "all of them";
      await this.stopListening();
    }
  }

  close(): Promise<void> {
    return this.server.listening ? this.stopListening() : Promise.resolve();
  }

  private async stopListening(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  /** True when the next request to come is the first to be refused. */
  private isTimeToLeave(): boolean {
    const { planned } = this;
    return planned?.fault === "refused" && this.counted(planned) + 1 >= planned.number;
  }

  private counted(plan: Plan): number {
    return plan.writes === true ? this.writes : this.requests.length;
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const line = `${request.method ?? ""} ${request.url ?? ""}`;
    this.requests.push(line);
    const isWrite = request.method !== "GET";
    if (isWrite) this.writes += 1;
    const { planned } = this;
    const isHit =
      planned !== undefined &&
      this.spoiled === undefined &&
      this.counted(planned) === planned.number &&
      (isWrite || planned.writes !== true);
    if (isHit) this.spoiled = line;
    const body = await read(request);
    if (isHit) await this.spoil(planned, request, response, body);
    else await this.pass(request, response, body);
    if (this.isTimeToLeave() && this.server.listening) {
      this.spoiled ??= `whatever came after ${line}`;
      await this.stopListening();
    }
  }

  private async spoil(
    { fault, kill = noKill }: Plan,
    request: http.IncomingMessage,
    response: http.ServerResponse,
    body: string,
  ): Promise<void> {
    const answer = (status: number, headers: Record<string, string> = {}, text = '{"error":"spoiled"}') => {
      response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(text);
    };
    switch (fault) {
      case "refused":
      case "lost before":
        request.socket.destroy();
        break;
      case "lost after":
        await this.forward(request, body);
        request.socket.destroy();
        break;
      case "500":
        answer(500);
        break;
      case "503":
        answer(503, { "Retry-After": "1" });
        break;
      case "429":
        answer(429);
        break;
      case "429 with Retry-After":
        answer(429, { "Retry-After": "1" });
        break;
      case "hang":
        await clientGone(response);
        break;
      case "late":
        await clientGone(response);
        await sleep(LATE_MS);
        await this.forward(request, body);
        break;
      case "not JSON":
        answer(200, { "Content-Type": "text/html" }, WEB_PAGE);
        break;
      case "replaced":
        await this.forward(request, body);
        answer(200, { "Content-Type": "text/html" }, WEB_PAGE);
        break;
      case "killed before":
        kill();
        request.socket.destroy();
        break;
      case "killed after":
        await this.forward(request, body);
        kill();
        request.socket.destroy();
    }
  }

  private async pass(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    body: string,
  ): Promise<void> {
    const { status, headers, text } = await this.forward(request, body);
    // Nobody is told any more; this would wait for ever.
    if (response.destroyed) return;
    await new Promise<void>((resolve) => {
      response.once("close", resolve);
      response.writeHead(status, headers).end(text, resolve);
    });
  }

  private async forward(request: http.IncomingMessage, body: string): Promise<Answer> {
    const { method = "GET", url = "/" } = request;
    this.witness?.before(method, url, body);
    const answer = await send(new URL(url, this.target), method, request.headers, body);
    await this.witness?.after(method, url);
    return answer;
  }
}

function clientGone(response: http.ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) resolve();
    else response.once("close", resolve);
  });
}

function noKill(): never {
  throw new Error("a plan that kills needs to say whom");
}
