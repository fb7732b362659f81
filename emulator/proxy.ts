import { once } from "node:events";
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

/** A proxy in front of one Pocket ID, real or emulated, that can stop and listen again at the same address. */
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
    this.server.listen(this.port, "127.0.0.1");
    await once(this.server, "listening");
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async close(): Promise<void> {
    if (!this.isListening) return;
    const closed = once(this.server, "close");
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** Waits for the requests in progress: some outlive their clients. */
  async settle(): Promise<void> {
    await Promise.all(this.pending);
  }

  private async exchange(request: http.IncomingMessage, response: http.ServerResponse): Promise<Exchange> {
    const { method = "GET", url = "/", headers } = request;
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    const body = await textOf(request);
    return {
      method,
      url,
      body,
      forward: () => this.send(url, { method, headers }, body),
      reply: ({ status, headers: answered, body: text }) => {
        if (!response.destroyed) response.writeHead(status, answered).end(text);
        return closed;
      },
      drop: () => {
        request.socket.destroy();
      },
      clientGone: () => closed,
    };
  }

  private async send(url: string, options: http.RequestOptions, body: string): Promise<Answer> {
    const { localAddress } = this;
    const onward = http.request(new URL(url, this.target), { ...options, localAddress }).end(body);
    const [answer] = (await once(onward, "response")) as [http.IncomingMessage];
    return { status: answer.statusCode ?? 502, headers: answer.headers, body: await textOf(answer) };
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
