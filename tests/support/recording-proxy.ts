import * as http from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";

/** What a proxy sees of its clients. */
export interface RecordingProxy {
  readonly url: string;
  /** `CONNECT host:443`, or method and absolute URL of a request in clear. */
  readonly asked: string[];
  /** Every byte that clients sent, tunnels included. */
  seen(): string;
  close(): Promise<void>;
}

/**
 * A proxy on this machine that notes whatever it is sent.
 *
 * @param tunnelTo the port that every tunnel leads to, whatever its name; a status refuses each of them
 */
export async function recordingProxy(
  tunnelTo: number | { readonly refuse: string } = { refuse: "403 Forbidden" },
): Promise<RecordingProxy> {
  const asked: string[] = [];
  const bytes: Buffer[] = [];
  const sockets: Duplex[] = [];
  const proxy = http.createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(200, { "Content-Type": "application/json" }).end("{}");
  });
  proxy.on("connection", (socket) => {
    sockets.push(socket);
    socket.on("data", (chunk: Buffer) => bytes.push(chunk));
  });
  proxy.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url ?? ""}`);
    if (typeof tunnelTo === "object") {
      socket.end(`HTTP/1.1 ${tunnelTo.refuse}\r\nContent-Length: 2\r\n\r\n{}`);
      return;
    }
    const onward = connect(tunnelTo, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      onward.pipe(socket);
      socket.pipe(onward);
    });
    socket.on("error", () => onward.destroy());
    onward.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    asked,
    seen: () => Buffer.concat(bytes).toString("latin1"),
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}
