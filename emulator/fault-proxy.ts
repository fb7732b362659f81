import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, type Exchange, Proxy } from "./proxy";

/** How one request fails while its caller lives on. */
export const FAULTS = [
  "refused", // nothing listens from this request on, until the next plan
  "lost before", // the connection is cut before the server gets the request
  "lost after", // the connection is cut after the server has acted
  "500",
  "503",
  "429",
  "429 with Retry-After",
  "hang",
  "late", // no answer, and the server gets the request after the client has given up and looked
  "not JSON",
  "replaced", // the server has acted, but the answer isn't JSON
] as const;

/** How a request fails with its caller: killed before the server gets it, or after the server has acted. */
export const KILLS = ["killed before", "killed after"] as const;

export type Fault = (typeof FAULTS)[number] | (typeof KILLS)[number];

/** How long after the client has given up a late request reaches the server: its look-up has been answered by then. */
const LATE_MS = 500;

/** Which request fails, and how. */
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
  /** When the server has acted, and before the client gets the answer. */
  after(method: string, url: string): Promise<void>;
}

const answer = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: '{"error":"made by the fault proxy"}',
});

const WEB_PAGE: Answer = {
  status: 200,
  headers: { "content-type": "text/html" },
  body: "<html>a proxy's page</html>",
};

const cut = ({ drop }: Exchange) => {
  drop();
};

const INJECT: Readonly<Record<Fault, (exchange: Exchange, kill: () => void) => void | Promise<void>>> = {
  refused: cut,
  "lost before": cut,
  "lost after": ({ forward, drop }) => forward().then(drop),
  "500": ({ reply }) => reply(answer(500)),
  "503": ({ reply }) => reply(answer(503, { "retry-after": "1" })),
  "429": ({ reply }) => reply(answer(429)),
  "429 with Retry-After": ({ reply }) => reply(answer(429, { "retry-after": "1" })),
  hang: ({ clientGone }) => clientGone(),
  late: async ({ clientGone, forward }) => {
    await clientGone();
    await sleep(LATE_MS);
    await forward();
  },
  "not JSON": ({ reply }) => reply(WEB_PAGE),
  replaced: async ({ forward, reply }) => {
    await forward();
    await reply(WEB_PAGE);
  },
  "killed before": ({ drop }, kill) => {
    kill();
    drop();
  },
  "killed after": async ({ forward, drop }, kill) => {
    await forward();
    kill();
    drop();
  },
};

/** Starts a proxy in front of Pocket ID that makes chosen requests fail. */
export async function faultProxy(target: string, witness?: Witness): Promise<FaultProxy> {
  const proxy = new FaultProxy(target, witness);
  await proxy.plan(undefined);
  return proxy;
}

export class FaultProxy {
  /** Requests that arrived since the last plan, in order: `POST /api/user-groups`. */
  readonly requests: string[] = [];
  /** The request that failed since the last plan. */
  failed: string | undefined;
  private planned: Plan | undefined;
  private readonly proxy: Proxy;

  constructor(
    target: string,
    private readonly witness: Witness | undefined,
  ) {
    this.proxy = new Proxy(target, (exchange) => this.handle(exchange));
  }

  get url(): string {
    return this.proxy.url;
  }

  /** Makes one request fail, counted from now; without a plan, none. */
  async plan(plan: Plan | undefined): Promise<void> {
    this.planned = undefined;
    await this.proxy.settle();
    this.requests.length = 0;
    this.failed = undefined;
    if (!this.proxy.isListening) await this.proxy.listen();
    this.planned = plan;
    await this.stopIfNextIsRefused("all of them");
  }

  close(): Promise<void> {
    return this.proxy.close();
  }

  private async stopIfNextIsRefused(request: string): Promise<void> {
    const { planned } = this;
    if (planned?.fault !== "refused" || this.counted(planned) + 1 < planned.number) return;
    this.failed ??= request;
    await this.proxy.close();
  }

  private counted({ writes }: Plan): number {
    return writes === true ? this.requests.filter(isWrite).length : this.requests.length;
  }

  private async handle(exchange: Exchange): Promise<void> {
    const { method, url, body } = exchange;
    const line = `${method} ${url}`;
    this.requests.push(line);
    const watched: Exchange = {
      ...exchange,
      forward: async () => {
        this.witness?.before(method, url, body);
        const answered = await exchange.forward();
        await this.witness?.after(method, url);
        return answered;
      },
    };
    const { planned } = this;
    const fails =
      planned !== undefined && this.failed === undefined && this.counted(planned) === planned.number;
    if (fails) {
      this.failed = line;
      await INJECT[planned.fault](watched, planned.kill ?? noCaller);
    } else await watched.reply(await watched.forward());
    await this.stopIfNextIsRefused(`everything after ${line}`);
  }
}

const isWrite = (request: string) => !request.startsWith("GET ");

function noCaller(): never {
  throw new Error("this fault kills the caller, so the plan needs `kill`");
}
