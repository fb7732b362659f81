import * as http from "node:http";

/** What the server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Makes the same request to another server. */
export function send(
  url: URL,
  method: string,
  headers: http.IncomingHttpHeaders,
  body: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onward = http.request(url, { method, headers }, (answer) => {
      read(answer).then((text) => {
        resolve({ status: answer.statusCode ?? 502, headers: answer.headers, text });
      }, reject);
    });
    onward.on("error", reject);
    onward.end(body);
  });
}

/** The whole body, as text. */
export async function read(message: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
