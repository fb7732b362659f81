import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** What to do with one request: answer, or take the socket and misbehave. */
export type Reply = (request: http.IncomingMessage, response: http.ServerResponse, body: string) => void;

export interface ScriptedServer {
  readonly url: string;
  /** Method and path of what arrived, in order. */
  readonly requests: string[];
  /** Replies to the next requests, in order; afterwards everything is answered by `otherwise`. */
  readonly script: Reply[];
  close(): Promise<void>;
}

/** Answers with JSON. */
export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reply =>
  (_request, response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
  };

/** Cuts the connection without an answer. */
export const cut: Reply = (request) => {
  request.socket.destroy();
};

/** Never answers. */
export const hang: Reply = () => undefined;

/** Greets like Pocket ID, then answers as scripted: for what no well-behaved server does. */
export async function scriptedServer(
  otherwise: Reply = json(404, {}),
  version = "2.9.0",
): Promise<ScriptedServer> {
  const requests: string[] = [];
  const script: Reply[] = [];
  const server = http.createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { method = "", url = "" } = request;
      if (url === "/api/users/me") {
        json(200, { id: "1", username: "admin", isAdmin: true })(request, response, body);
      } else if (url === "/api/version/current") {
        json(200, { currentVersion: version })(request, response, body);
      } else {
        requests.push(`${method} ${url}`);
        (script.shift() ?? otherwise)(request, response, body);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    script,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
