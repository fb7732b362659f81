import { createServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A Docker that only answers questions, at a socket of its own. */
export interface DockerApi {
  /** As DOCKER_HOST has it. */
  readonly url: string;
  /** What it answers, by path: bytes, or else JSON; 404 for all else. */
  answers: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function startDockerApi(): Promise<DockerApi> {
  const folder = mkdtempSync(join(tmpdir(), "docker-api-"));
  const socket = join(folder, "docker.sock");
  const api = { answers: {} as Readonly<Record<string, unknown>> };
  const server = createServer((request, response) => {
    const answer = request.method === "GET" ? api.answers[decodeURIComponent(request.url ?? "")] : undefined;
    response.writeHead(answer === undefined ? 404 : 200);
    const isBytes = Buffer.isBuffer(answer);
    response.end(isBytes ? answer : JSON.stringify(answer ?? { message: "no such thing" }));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return Object.assign(api, {
    url: `unix://${socket}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          rmSync(folder, { recursive: true, force: true });
          resolve();
        });
      }),
  });
}
