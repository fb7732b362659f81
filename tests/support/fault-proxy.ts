import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** What happens to one request on its way. */
export type Fault =
  | "lost before" // the connection breaks before the server has seen the request
  | "lost after" // the server has acted, and the answer is cut
  | "500"
  | "503"
  | "429"
  | "429 with Retry-After"
  | "hang"
  | "not JSON";

export const FAULTS: readonly Fault[] = [
  ...([
    "lost before",
    "lost after",
    "500",
    "503",
    "429",
    "429 with Retry-After",
    "hang",
    "not JSON",
  ] as const),
];

/** A proxy before Pocket ID that spoils chosen requests. */
export interface FaultProxy {
  readonly url: string;
  /** Requests that arrived since the last plan, in order: `POST /api/user-groups`. */
  readonly requests: string[];
  /** Spoils the request of this number (from 1), counted from now; undefined spoils none. */
  plan(number: number | undefined, fault?: Fault): void;
  close(): Promise<void>;
}

export async function faultProxy(target: string): Promise<FaultProxy> {
  const requests: string[] = [];
  let spoiled: { number: number; fault: Fault } | undefined;
  const server = http.createServer((request, response) => {
    requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
    const fault = requests.length === spoiled?.number ? spoiled.fault : undefined;
    spoil(fault, request, response, () => {
      forward(target, request, response, fault === "lost after");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    plan(number, fault = "lost after") {
      requests.length = 0;
      spoiled = number === undefined ? undefined : { number, fault };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function spoil(
  fault: Fault | undefined,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  pass: () => void,
): void {
  const answer = (status: number, headers: Record<string, string> = {}, body = '{"error":"spoiled"}') => {
    request.resume();
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(body);
  };
  switch (fault) {
    case "lost before":
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
      break;
    case "not JSON":
      answer(200, { "Content-Type": "text/html" }, "<html>a proxy says hello</html>");
      break;
    case "lost after":
    case undefined:
      pass();
  }
}

function forward(
  target: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
  cutAnswer: boolean,
): void {
  const { method, headers, url } = request;
  const onward = http.request(new URL(url ?? "/", target), { method, headers }, (answer) => {
    if (cutAnswer) {
      answer.resume();
      answer.on("end", () => request.socket.destroy());
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => request.socket.destroy());
  request.pipe(onward);
}
