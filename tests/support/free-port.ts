import { createServer } from "node:net";

/**
 * Finds a port of 127.0.0.1 that nothing uses. It isn't one of those that the system gives to clients, which could take it
 * while a test has stopped its server for a moment.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => {
        resolve(false);
      });
      server.listen(port, "127.0.0.1", () => {
        resolve(true);
      });
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/** Below the clients' ports of Linux (32768 and up) and macOS (49152 and up). */
const FIRST = 20_000;
const COUNT = 10_000;
