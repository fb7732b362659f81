import { isOnThisMachine, lookupHost, senderOf } from "@ocis-pocket-id/providers/pocket-id";
import axios, { isAxiosError } from "axios";
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** An HTTP answer, or the reason why there is none. Contains no key or token. */
export type Answer =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** By this machine's clock. */
      readonly receivedAt: Date;
    }
  | { readonly failure: string };

export type Method = "GET" | "POST" | "OPTIONS";

/** The path of the discovery document. Source: OpenID Connect Discovery 1.0, section 4. */
export const DISCOVERY = "/.well-known/openid-configuration";

const TIMEOUT_MS = 10_000;

/**
 * Requests like those of a browser or app that isn't logged in: without a key, and without following redirects. Certificates have
 * checks of their own, so that a bad one doesn't hide all else.
 */
const requests = axios.create({
  maxRedirects: 0,
  maxContentLength: 4 * 1024 * 1024,
  responseType: "text",
  transformResponse: (text: unknown) => text,
  validateStatus: () => true,
  httpAgent: new http.Agent({ lookup: lookupHost }),
  httpsAgent: new https.Agent({ lookup: lookupHost, rejectUnauthorized: false }),
});

/** Delays after 429 without Retry-After; the old limiter allows one request a second. */
const RATE_LIMIT_WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000];

/** Sends a request, and repeats it after 429. */
export async function ask(
  url: string,
  method: Method = "GET",
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  for (const wait of RATE_LIMIT_WAITS_MS) {
    const answer = await askOnce(url, method, headers);
    if ("failure" in answer || answer.status !== 429) return answer;
    const seconds = Number(answer.headers["retry-after"]);
    await sleep(seconds > 0 && seconds <= 60 ? seconds * 1_000 : wait);
  }
  return askOnce(url, method, headers);
}

async function askOnce(
  url: string,
  method: Method,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  try {
    const { status, data, ...answer } = await requests.request<string>({
      url,
      method,
      headers,
      ...(isOnThisMachine(url) ? { proxy: false } : {}),
      // axios' own timeout doesn't include connecting.
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // Node writes names in lower case, and joins repeated headers with a comma.
    const received = Object.entries(answer.headers).map(([name, value]) => [name, String(value)] as const);
    return { status, headers: Object.fromEntries(received), body: data, receivedAt: new Date() };
  } catch (error) {
    const code = isAxiosError(error) ? error.code : undefined;
    const isLate = code === "ERR_CANCELED" || code === "ETIMEDOUT";
    return { failure: isLate ? `no answer within ${TIMEOUT_MS / 1_000} seconds` : (code ?? "no answer") };
  }
}

/** The JSON object in an answer; undefined for anything else. */
export function objectIn(answer: Answer): Readonly<Record<string, unknown>> | undefined {
  if ("failure" in answer || answer.status !== 200) return undefined;
  try {
    const value: unknown = JSON.parse(answer.body);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The status of an unexpected answer, and the sender according to its headers. */
export function described(answer: Answer): string {
  if ("failure" in answer) return answer.failure;
  const sender = senderOf(answer.headers);
  return `HTTP ${answer.status}${sender === undefined ? "" : `, ${sender}`}`;
}
