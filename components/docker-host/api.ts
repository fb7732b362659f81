import { type IncomingMessage, request as httpRequest, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { Connection, DockerHost } from "./host";
import { SshAgent } from "./ssh";

const TIME_LIMIT_MS = 20_000;

/** Docker refused, or is not there. */
export class DockerError extends Error {
  /** @param status HTTP status; undefined without an answer */
  constructor(
    message: string,
    readonly status?: number,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Docker took the request, and gave no answer in time. */
export class DockerTimeoutError extends DockerError {}

/** Sends one request of Docker's HTTP API and returns what it answers. Bounded in time; fails with one clear line. */
export type Send = (method: "GET" | "POST" | "DELETE", path: string, body?: object) => Promise<Buffer>;

/** Requests to one Docker, over connections that they share. */
export function connect({ connection, url }: DockerHost): Send {
  const options = optionsFor(connection);
  const request = connection.kind === "tcp" && connection.tls !== undefined ? httpsRequest : httpRequest;
  return async (method, path, body) => {
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    const signal = AbortSignal.timeout(TIME_LIMIT_MS);
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        request({ ...options, method, path, headers, signal }, resolve)
          .once("error", reject)
          .end(body === undefined ? undefined : JSON.stringify(body));
      });
      const content = await buffer(answer);
      const { statusCode: status = 0 } = answer;
      if (status < 300) return content;
      throw new DockerError(`Docker at ${url}: ${reasonIn(content.toString("utf8"), status)}`, status);
    } catch (error) {
      throw error instanceof DockerError ? error : unreachable(error, url);
    }
  };
}

/** How long Docker may be silent in the middle of a long request. */
const SILENCE_MS = 600_000;

/** A request that may take long, or has a body or an answer of any size. */
export interface LongRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** A tar archive. @default none */
  readonly body?: Readable;
  /** Sent as JSON instead. @default none */
  readonly json?: object;
  /** Ends the request. @default nothing does */
  readonly signal?: AbortSignal | undefined;
}

/** Sends such a request. The answer's content must be read or destroyed. */
export type SendLong = (request: LongRequest) => Promise<IncomingMessage>;

/** Requests without a limit of time and size, each over a connection of its own. */
export function connectLong({ connection, url }: DockerHost): SendLong {
  const request = connection.kind === "tcp" && connection.tls !== undefined ? httpsRequest : httpRequest;
  return async ({ method, path, body, json, signal }) => {
    const type = body === undefined ? "application/json" : "application/x-tar";
    const headers = body === undefined && json === undefined ? {} : { "Content-Type": type };
    const options = { ...optionsFor(connection), method, path, headers, ...(signal && { signal }) };
    const sent = request(options);
    sent.setTimeout(SILENCE_MS, () => sent.destroy(new Error("no answer for 10 minutes")));
    try {
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        sent.once("response", resolve).once("error", reject);
      });
      if (body === undefined) sent.end(json === undefined ? undefined : JSON.stringify(json));
      // A refusal can come before the body's end.
      else pipeline(body, sent).catch((error: unknown) => sent.destroy(error as Error));
      const answer = await answered;
      const { statusCode: status = 0 } = answer;
      if (status < 400) return answer;
      const content = (await buffer(answer)).toString("utf8");
      throw new DockerError(`Docker at ${url}: ${reasonIn(content, status)}`, status);
    } catch (error) {
      if (signal?.aborted === true) throw signal.reason;
      throw error instanceof DockerError ? error : unreachable(error, url);
    }
  };
}

function optionsFor(connection: Connection): RequestOptions {
  switch (connection.kind) {
    case "socket":
      return { socketPath: connection.path };
    case "ssh":
      return { host: "docker", agent: new SshAgent(connection.args) };
    case "tcp": {
      const { host, port, tls } = connection;
      return { host, port, ...tls, agent: false };
    }
  }
}

function reasonIn(body: string, status: number): string {
  let reason = body.trim() === "" ? `HTTP ${status}` : body;
  try {
    const { message, cause } = JSON.parse(body) as { message?: string; cause?: string };
    reason = message ?? cause ?? body;
  } catch {
    // Not every refusal is JSON.
  }
  return reason.replace(/\s+/g, " ").trim();
}

function unreachable(error: unknown, url: string): DockerError {
  const { code, name, message } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError" || name === "AbortError") {
    const limit = `${TIME_LIMIT_MS / 1_000} seconds`;
    const line = `Docker at ${url} gave no answer within ${limit}: check what it is busy with, and try again`;
    return new DockerTimeoutError(line, undefined, error);
  }
  const nameIt = "name its address with `pulumi config set docker:host` or DOCKER_HOST";
  const reason = message === "" ? (code ?? "no answer") : message;
  const line =
    code === "EACCES"
      ? `Docker at ${url} may not be used by this user: add the user to its group, or ${nameIt}`
      : url.startsWith("ssh://")
        ? `Docker is not reachable at ${url}: ${reason}`
        : `Docker is not reachable at ${url} (${reason}): start it, or ${nameIt}`;
  return new DockerError(line, undefined, error);
}
