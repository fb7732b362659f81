import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What lies between the companies and their Pocket IDs: a delay that can be set, and a count of requests. */
export interface Network {
  /** Milliseconds that each answer takes longer. */
  delay: number;
  requests: number;
}

/** A proxy before one Pocket ID. */
export interface Road {
  readonly url: string;
  close(): Promise<void>;
}

export async function openRoad(network: Network, target: string): Promise<Road> {
  // Connections to the server are kept alive, as those of callers are.
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    network.requests += 1;
    void sleep(network.delay).then(() => {
      const { method = "GET", url = "/", headers } = request;
      const onward = http.request(new URL(url, target), { method, headers, agent }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => request.socket.destroy());
      request.pipe(onward);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}
