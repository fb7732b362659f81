import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, type RequestOptions } from "node:http";
import { Agent, request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { Elsewhere } from "./browser";

const CHUNK = 2 ** 16;

/** Where the public names lead to, who signed their certificates, and who asks. */
export interface Asker {
  readonly address: Elsewhere[string];
  readonly authority: string;
  readonly token: string;
}

function open({ address, authority, token }: Asker, method: string, url: string, headers: object = {}) {
  const { hostname, host, pathname, search } = new URL(url);
  const options: RequestOptions = {
    ...{ method, host: address.ip, port: address.port, path: pathname + search },
    headers: { Host: host, Authorization: `Bearer ${token}`, ...headers },
  };
  return request({ ...options, servername: hostname, ca: authority, agent: new Agent() });
}

const answerOf = (sent: ReturnType<typeof open>) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    sent.on("response", resolve).on("error", reject);
  });

/** Uploads random bytes, spread evenly over some seconds. @returns the status, and the bytes' SHA-256 */
export async function upload(asker: Asker, url: string, bytes: number, seconds = 0) {
  const hash = createHash("sha256");
  const sent = open(asker, "PUT", url, { "Content-Length": bytes });
  const answer = answerOf(sent);
  const over = new AbortController();
  const ended = answer.then(
    () => {
      over.abort();
    },
    () => {
      over.abort();
    },
  );
  const pause = (seconds * 1000 * CHUNK) / bytes;
  for (let left = bytes; left > 0 && !over.signal.aborted; left -= CHUNK) {
    const chunk = randomBytes(Math.min(CHUNK, left));
    hash.update(chunk);
    const drained = sent.write(chunk) ? undefined : once(sent, "drain");
    await Promise.race([Promise.all([drained, sleep(pause)]), ended]);
  }
  sent.end();
  const { statusCode } = (await answer).resume();
  return { status: statusCode, sha256: hash.digest("hex") };
}

/** Downloads a file. @returns the SHA-256 of its bytes */
export async function download(asker: Asker, url: string): Promise<string> {
  const hash = createHash("sha256");
  const sent = open(asker, "GET", url);
  const answer = answerOf(sent);
  sent.end();
  for await (const chunk of await answer) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** A person's events, as ownCloud Web listens to them. */
export async function listen(asker: Asker, url: string) {
  const sent = open(asker, "GET", url, { Accept: "text/event-stream" });
  const answered = answerOf(sent);
  sent.end();
  const answer = await answered;
  let text = "";
  let isOpen = true;
  answer.setEncoding("utf8").on("data", (part: string) => (text += part));
  answer.on("error", () => undefined).on("close", () => (isOpen = false));
  return {
    status: answer.statusCode,
    text: () => text,
    isOpen: () => isOpen,
    close: () => sent.destroy(),
  };
}
