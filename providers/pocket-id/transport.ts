import type axios from "axios";
import type { AxiosInstance } from "axios";
import * as http from "node:http";
import * as https from "node:https";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { types } from "node:util";
import { z } from "zod";
import type { Connection } from "./connection";
import * as errors from "./errors";
import * as network from "./network";
import { Pacer } from "./pacing";

// Loaded at the first request: a preview with nothing to do makes none.
const load = createRequire(__filename);
const library = () => load("axios") as typeof axios;

/** Methods that Pocket ID's REST API uses. */
export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** An answer larger than this is not Pocket ID's: a page of 100 groups with long claims stays well below. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Connection errors after which the request certainly did nothing. */
const NEVER_ARRIVED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** The only place that uses HTTP: paced, repeated where that is safe, bounded in time and size, validated. */
export class Transport {
  private client: AxiosInstance | undefined;
  private readonly pacer: Pacer;

  constructor(
    private readonly connection: Connection,
    notice: (line: string) => void,
  ) {
    this.pacer = new Pacer(notice);
  }

  /**
   * Makes one request with the key below `/api`, and validates the answer.
   *
   * @param schema what the answer must look like; null if it must be empty.
   */
  request<T>(method: Method, path: string, schema: z.ZodType<T> | null, body?: unknown): Promise<T> {
    const { url, apiKey } = this.connection;
    return this.ask({ method, url: `${url}/api${path}` }, schema, { "X-API-KEY": apiKey }, body);
  }

  /** Reads what is public, without the key. @param path from the root of the server. */
  readPublic<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    return this.ask({ method: "GET", url: `${this.connection.url}${path}` }, schema, {});
  }

  private async ask<T>(
    request: errors.Request,
    schema: z.ZodType<T> | null,
    key: object,
    body?: unknown,
  ): Promise<T> {
    const once = () => this.once(request, key, body);
    const { status, text, headers } = await this.repeat(request.method, once);
    if (schema === null && text === "") return undefined as T;
    const result = (schema ?? z.never()).safeParse(parseJson(text));
    if (result.success) return result.data;
    if (errors.isWebPage(headers))
      throw new errors.ForeignAnswerError(request, errors.foreignProblem(status, headers), status);
    const [issue] = result.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? "the answer" : `'${issue.path.join(".")}'`;
    const problem =
      `HTTP ${status}, but ${where} isn't what Pocket ID returns. Is this the address of Pocket ID, and is its version ` +
      "supported?";
    throw new errors.UnexpectedAnswerError(request, problem, status);
  }

  private get http(): AxiosInstance {
    const { url, timeoutMs, caCertificate } = this.connection;
    this.client ??= library().create({
      timeout: timeoutMs,
      // The key must not follow a redirect to another host.
      maxRedirects: 0,
      ...(network.skipsProxies(url) ? { proxy: false } : {}),
      maxContentLength: MAX_ANSWER_BYTES,
      responseType: "text",
      transformResponse: (text: unknown) => text,
      validateStatus: () => true,
      httpAgent: new http.Agent({ keepAlive: true, lookup: network.lookupHost }),
      httpsAgent: new https.Agent({
        keepAlive: true,
        lookup: network.lookupHost,
        checkServerIdentity: network.serverIdentityProblem,
        ...(caCertificate === undefined ? {} : { secureContext: network.contextTrusting(caCertificate) }),
      }),
    });
    return this.client;
  }

  private async repeat<T>(method: string, once: () => Promise<T>): Promise<T> {
    const giveUp = Date.now() + errors.RETRY.rateLimitMs;
    for (let repeats = 0; ;) {
      try {
        return await this.pacer.run(once);
      } catch (error) {
        // The pacer already delays this request with all others.
        if (error instanceof errors.RateLimitedError && Date.now() < giveUp) continue;
        const wait = errors.waitBeforeRepeat(error, method, repeats);
        if (wait === undefined) throw error;
        repeats += 1;
        await sleep(wait);
      }
    }
  }

  private async once(request: errors.Request, key: object, body: unknown) {
    try {
      const answer = await this.http.request<string>({
        ...request,
        data: body === undefined ? undefined : JSON.stringify(body),
        headers: {
          Accept: "application/json",
          ...key,
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        },
        // axios' own timeout doesn't cover connecting.
        signal: AbortSignal.timeout(this.connection.timeoutMs),
      });
      const { status, data: text } = answer;
      const answered: errors.AnswerHeaders = answer.headers;
      if (status >= 200 && status < 300) return { status, text, headers: answered };
      if (status === 429) this.pacer.slowDown(retryAfterMs(answered["retry-after"]));
      throw errors.errorForStatus(request, status, parseJson(text), answered);
    } catch (error) {
      if (library().isAxiosError(error)) throw this.noAnswer(request, error);
      // The connection's own URL was checked before, so it is the proxy's. The error holds it, password included.
      const isBadProxy = types.isNativeError(error) && "code" in error && error.code === "ERR_INVALID_URL";
      throw isBadProxy ? badProxy(request) : error;
    }
  }

  /** Only the code of an axios error is used: the error itself holds the request's headers, and so the key. */
  private noAnswer(request: errors.Request, error: { code?: string; message: string }): errors.PocketIdError {
    const code = error.code ?? "no answer";
    if (["ERR_CANCELED", "ECONNABORTED", "ETIMEDOUT"].includes(code)) {
      const seconds = this.connection.timeoutMs / 1_000;
      return new errors.NoAnswerError(request, `no answer within ${seconds} seconds`, true);
    }
    const problem = error.message.includes("maxContentLength")
      ? "the answer is too large for Pocket ID. Is this the address of Pocket ID?"
      : certificateProblem(code);
    if (problem !== undefined) return new errors.UnexpectedAnswerError(request, problem);
    const reason = `not reachable (${code})${proxyHint(request)}`;
    return new errors.NoAnswerError(request, reason, !NEVER_ARRIVED.has(code));
  }
}

function certificateProblem(code: string): string | undefined {
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
    return (
      `its TLS certificate isn't valid (${code}) at ${new Date().toISOString()}, by this machine's clock. Renew the ` +
      "certificate or, if that time is wrong, set the clock"
    );
  }
  if (!/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) return undefined;
  return (
    `its TLS certificate is not trusted (${code}). For a private authority: ` +
    '`pulumi config set pocketid:caCertificate -- "$(cat ca.pem)"`'
  );
}

/** A hint for people who rely on their proxy that it wasn't used. */
function proxyHint({ url }: errors.Request): string {
  if (network.isOnThisMachine(url) || !network.skipsProxies(url)) return "";
  const variable = network.proxyVariable(url);
  if (variable === undefined) return "";
  return `; ${variable} isn't used for plain http, as the proxy could read the API key: use https`;
}

function badProxy({ url }: errors.Request): errors.ConfigurationError {
  const variable = network.proxyVariable(url) ?? "the variable of the proxy";
  return new errors.ConfigurationError(
    `${variable} is not the URL of a proxy: set it to one like http://proxy.company.com:3128`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A plain-text 404 of an unknown route, or a web page; the schema or the status gives the error.
    return undefined;
  }
}

/**
 * Retry-After in seconds or as a date. A time in the past counts as none: asking again at once is what the server
 * refused. Source: RFC 9110, section 10.2.3.
 */
function retryAfterMs(header: unknown): number | undefined {
  if (typeof header !== "string") return undefined;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) && wait > 0 ? Math.min(wait, 300_000) : undefined;
}
