import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dockerHost } from "../../components/docker-host/host";

/** A second way to the Docker Engine of this machine, as Podman, Docker in a VM or a remote host would be one. */
export interface DockerRelay {
  /** As DOCKER_HOST would say it. */
  readonly url: string;
  /** How often somebody came this way. */
  connections(): number;
  close(): Promise<void>;
}

/** Listens on a socket or port of its own, and passes everything on. */
export async function startDockerRelay(kind: "unix" | "tcp"): Promise<DockerRelay> {
  const { connection } = dockerHost({});
  if (connection.kind !== "socket") throw new Error("Docker itself must be at a socket");
  let connections = 0;
  // Docker closes one direction of a connection to say that it has heard everything.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    connections += 1;
    const engine = createConnection({ path: connection.path, allowHalfOpen: true });
    client.pipe(engine).pipe(client);
    client.on("error", () => engine.destroy());
    engine.on("error", () => client.destroy());
  });
  const folder = mkdtempSync(join(tmpdir(), "docker-relay-"));
  const socket = join(folder, "other.sock");
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    if (kind === "unix") server.listen(socket, resolve);
    else server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: kind === "unix" ? `unix://${socket}` : `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
      }),
  };
}
