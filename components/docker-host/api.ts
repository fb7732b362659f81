import { type IncomingMessage, request as httpRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Connection, DockerHost } from "./host";
import { SshAgent } from "./ssh";

const TIME_LIMIT_MS = 20_000;

/** Docker refused, or is not there. */
export class DockerError extends Error {
  constructor(
    message: string,
    /** HTTP status; undefined without an answer. */
    readonly status?: number,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Docker took the request, and gave no answer in time. */
export class DockerTimeoutError extends DockerError {
  constructor(url: string, cause: unknown) {
    const limit = `${TIME_LIMIT_MS / 1_000} seconds`;
    super(
      `Docker at ${url} gave no answer within ${limit}: check what it is busy with, and try again`,
      undefined,
      cause,
    );
  }
}

/** The few requests of Docker's HTTP API that are needed here. Each has a bound on its time, and fails with one clear line. */
export class DockerApi {
  readonly #base: RequestOptions;
  readonly #request: typeof httpRequest;

  constructor(readonly host: DockerHost) {
    this.#base = optionsFor(host.connection);
    this.#request =
      host.connection.kind === "tcp" && host.connection.tls !== undefined ? httpsRequest : httpRequest;
  }

  async json<T>(method: "GET" | "POST", path: string, body?: object): Promise<T> {
    return JSON.parse((await this.bytes(method, path, body)).toString("utf8")) as T;
  }

  async bytes(method: "GET" | "POST", path: string, body?: object): Promise<Buffer> {
    const chunks: Buffer[] = [];
    try {
      const answer = await this.#send(method, path, body);
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const { statusCode: status = 0 } = answer;
      if (status < 300) return Buffer.concat(chunks);
      throw new DockerError(`Docker at ${this.host.url}: ${said(Buffer.concat(chunks), status)}`, status);
    } catch (error) {
      throw error instanceof DockerError ? error : unreachable(error, this.host.url);
    }
  }

  #send(method: string, path: string, body: object | undefined): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = text === undefined ? {} : { "Content-Type": "application/json" };
      const signal = AbortSignal.timeout(TIME_LIMIT_MS);
      this.#request({ ...this.#base, method, path, headers, signal }, resolve)
        .once("error", reject)
        .end(text);
    });
  }
}

function optionsFor(connection: Connection): RequestOptions {
  switch (connection.kind) {
    case "socket":
      return { socketPath: connection.path };
    case "ssh":
      return { host: "docker", agent: new SshAgent(connection.args) };
    case "tcp": {
      const { host, port, tls = {} } = connection;
      return { host, port, ...tls, agent: false };
    }
  }
}

function said(body: Buffer, status: number): string {
  const text = body.toString("utf8");
  try {
    const { message, cause } = JSON.parse(text) as { message?: string; cause?: string };
    return (message ?? cause ?? text).replace(/\s+/g, " ").trim();
  } catch {
    return text.trim() === "" ? `HTTP ${status}` : text.replace(/\s+/g, " ").trim();
  }
}

const NAME_IT = "name its address with `pulumi config set docker:host` or DOCKER_HOST";

function unreachable(error: unknown, url: string): DockerError {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError" || name === "AbortError") {
    return new DockerTimeoutError(url, error);
  }
  if (code === "EACCES") {
    const line = `Docker at ${url} may not be used by this user: add the user to its group, or ${NAME_IT}`;
    return new DockerError(line, undefined, error);
  }
  const reason = message === "" ? (code ?? "no answer") : message;
  const line = url.startsWith("ssh://")
    ? `Docker is not reachable at ${url}: ${reason}`
    : `Docker is not reachable at ${url} (${reason}): start it, or ${NAME_IT}`;
  return new DockerError(line, undefined, error);
}
