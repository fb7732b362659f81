import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** A way to Pocket ID from an address that it limits: it lets 127.0.0.1 pass as often as it likes. */
export interface LimitedSource {
  readonly url: string;
  /** Answers since the last reset, by status. */
  readonly statuses: Map<number, number>;
  close(): Promise<void>;
}

/** Another address of this machine. */
const SOURCE = "127.0.0.2";

/** Forwards every request to `target` from {@link SOURCE}, and counts what is answered. */
export async function limitedSource(target: string): Promise<LimitedSource> {
  const statuses = new Map<number, number>();
  const agent = new http.Agent({ keepAlive: true, localAddress: SOURCE });
  const server = http.createServer((request, response) => {
    const { method, headers, url = "/" } = request;
    const onward = http.request(new URL(url, target), { method, headers, agent }, (answer) => {
      const status = answer.statusCode ?? 502;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      response.writeHead(status, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => request.socket.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    statuses,
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
