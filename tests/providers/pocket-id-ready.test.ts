import { pocketIdReady } from "@ocis-pocket-id/providers/handlers";
import { createServer, type Server } from "node:http";
import { startEmulator } from "../../emulator";
import { anotherProcess, operate } from "../support/operate";
import { freePort } from "../support/free-port";
import { pocketIdUnderTest } from "../support/pocket-id";

test("returns the version of a server that answers", async () => {
  const server = await pocketIdUnderTest();
  try {
    const ready = operate(pocketIdReady, anotherProcess(server));
    const entry = await ready.create({});
    expect(entry.outputs["version"]).toMatch(/^2\.\d+\.\d+$/);
    expect(await ready.diff(entry, { timeoutSeconds: 20 })).toMatchObject({ changes: false });
    expect(await ready.diff(entry, { triggers: ["another container"] })).toMatchObject({ changes: true });
  } finally {
    await server.close();
  }
});

test("waits for a server that isn't there yet, or answers with a proxy's error", async () => {
  const port = await freePort();
  const proxy = await listen(port);
  const ready = operate(
    pocketIdReady,
    anotherProcess({ url: `http://127.0.0.1:${port}`, apiKey: "key-of-the-stack" }),
  );
  const created = ready.create({ timeoutSeconds: 60 });
  await proxy.asked;
  await proxy.close();
  const late = await startEmulator({ apiKey: "key-of-the-stack", port });
  try {
    expect((await created).outputs["version"]).toMatch(/^2\./);
  } finally {
    await late.close();
  }
});

test("gives up with the last failure", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const ready = operate(pocketIdReady, anotherProcess({ url, apiKey: "key-of-the-stack" }));
  await expect(ready.create({ timeoutSeconds: 1, container: "shop-pocket-id" })).rejects.toThrow(
    /Pocket ID isn't ready after \d+ seconds: .*ECONNREFUSED.*`docker logs shop-pocket-id`/,
  );
});

test("tells that an Ingress controller has no route to it", async () => {
  const port = await freePort();
  const controller = await listen(port, 404);
  const ready = operate(pocketIdReady, anotherProcess({ url: `http://127.0.0.1:${port}`, apiKey: "key" }));
  await expect(ready.create({ timeoutSeconds: 1 })).rejects.toThrow(
    /HTTP 404\. A proxy or an Ingress controller answers that has no route to it/,
  );
  await controller.close();
});

/** A proxy without a server behind it. */
async function listen(port: number, status = 502) {
  let server: Server | undefined;
  const asked = new Promise<void>((resolve) => {
    server = createServer((_request, response) => {
      response.writeHead(status).end();
      resolve();
    });
  });
  await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
  return {
    asked,
    close: () =>
      new Promise((resolve) => {
        server?.close(resolve);
        server?.closeAllConnections();
      }),
  };
}
