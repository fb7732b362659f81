import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** A server's answer. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** One request that has reached a proxy. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  readonly body: string;
  /** Sends the request to the server. */
  readonly forward: () => Promise<Answer>;
  /** Resolves when the answer has been sent, or the client has gone. */
  readonly reply: (answer: Answer) => Promise<void>;
  /** Cuts the client's connection. */
  readonly drop: () => void;
  /** Resolves when the client has closed the connection. */
  readonly clientGone: () => Promise<void>;
}

/** A proxy before one Pocket ID, real or emulated, that can stop and listen again at the same address. */
export class Proxy {
  private readonly server: http.Server;
  private readonly pending = new Set<Promise<void>>();
  private port = 0;

  /** @param localAddress the address from which requests are sent. @default the system's choice */
  constructor(
    private readonly target: string,
    handle: (exchange: Exchange) => Promise<void>,
    private readonly localAddress?: string,
  ) {
    this.server = http.createServer((request, response) => {
      const done = this.exchange(request, response)
        .then(handle)
        .catch(() => {
          request.socket.destroy();
        });
      this.pending.add(done);
      void done.finally(() => this.pending.delete(done));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get isListening(): boolean {
    return this.server.listening;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject).listen(this.port, "127.0.0.1", resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async close(): Promise<void> {
    if (!this.isListening) return;
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  /** Waits for the requests in progress: some outlive their clients. */
  async settle(): Promise<void> {
    await Promise.all(this.pending);
  }

  private async exchange(request: http.IncomingMessage, response: http.ServerResponse): Promise<Exchange> {
    const { method = "GET", url = "/", headers } = request;
    const body = await textOf(request);
    return {
      method,
      url,
      body,
      forward: () => this.send(url, { method, headers }, body),
      reply: ({ status, headers: answered, body: text }) =>
        new Promise((resolve) => {
          if (response.destroyed) resolve();
          else response.once("close", resolve).writeHead(status, answered).end(text, resolve);
        }),
      drop: () => {
        request.socket.destroy();
      },
      clientGone: () =>
        new Promise((resolve) => {
          if (response.destroyed) resolve();
          else response.once("close", resolve);
        }),
    };
  }

  private send(url: string, options: http.RequestOptions, body: string): Promise<Answer> {
    const { localAddress } = this;
    return new Promise((resolve, reject) => {
      const onward = http.request(
        new URL(url, this.target),
        { ...options, ...(localAddress === undefined ? {} : { localAddress }) },
        (answer) => {
          textOf(answer).then((text) => {
            resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: text });
          }, reject);
        },
      );
      onward.once("error", reject).end(body);
    });
  }
}

/** A network whose delay can be changed, and which counts requests. */
export interface Network {
  /** Milliseconds that each request takes longer. */
  delay: number;
  requests: number;
}

/** Starts a proxy that delays every request. */
export function slowProxy(target: string, network: Network): Promise<Proxy> {
  const proxy = new Proxy(target, async (exchange) => {
    network.requests += 1;
    await sleep(network.delay);
    await exchange.reply(await exchange.forward());
  });
  return proxy.listen();
}
