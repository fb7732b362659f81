import { readFileSync } from "node:fs";
import type * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as path from "node:path";

/** Real local servers beside the Pocket ID under test: a TLS proxy before it, and one that answers as oCIS does. */

const fixture = (name: string) => readFileSync(path.join(__dirname, "..", "fixtures", "tls", name), "utf8");

/** PEM of the authority that signed both certificates. */
export const AUTHORITY = fixture("ca.pem");

export interface LocalServer {
  /** `https://localhost:12345` */
  readonly url: string;
  close(): Promise<void>;
}

/** An https server with the certificate for `localhost`; it knows its URL when it is asked. */
async function secureServer(
  answer: (request: http.IncomingMessage, response: http.ServerResponse, url: string) => Promise<void>,
  host = "127.0.0.1",
): Promise<LocalServer> {
  let url = "";
  const identity = { cert: fixture("server.pem"), key: fixture("server-key.pem") };
  const server = https.createServer(identity, (request, response) => {
    answer(request, response, url).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  url = `https://${host === "127.0.0.1" ? "localhost" : host}:${port}`;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** What a proxy does to one answer; headers by small names. */
export interface Passing {
  readonly path: string;
  readonly method: string;
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
}

export interface Proxy extends LocalServer {
  /** Changes what passes; nothing by default. */
  alter: (passing: Passing) => void;
}

/** Puts TLS before Pocket ID, as in production: its own URL stands where Pocket ID names its issuer. */
export async function startProxy(target: { url: string; issuer: string }, host?: string): Promise<Proxy> {
  const server = await secureServer(async (request, response, url) => {
    const { method = "GET", url: path = "/" } = request;
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === "string" && !/^(host|connection|content-length)$/.test(name)
        ? [[name, value] as const]
        : [],
    );
    const body = await bodyOf(request);
    const answer = await fetch(target.url + path, {
      method,
      headers: Object.fromEntries(headers),
      ...(body === "" ? {} : { body }),
      redirect: "manual",
    });
    const text = await answer.text();
    const passing: Passing = {
      path: path.replace(/\?.*$/, ""),
      method,
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: text.replaceAll(target.issuer, url),
    };
    for (const name of ["content-length", "transfer-encoding", "connection"]) {
      Reflect.deleteProperty(passing.headers, name);
    }
    proxy.alter(passing);
    response.writeHead(passing.status, passing.headers).end(passing.body);
  }, host);
  const proxy: Proxy = { ...server, alter: () => undefined };
  return proxy;
}

/** What oCIS is told, and answers. */
export interface OcisSettings {
  issuer: string;
  clientId: string;
  scope: string;
  /** Undefined for none. */
  contentSecurityPolicy: string | string[] | undefined;
  metadataUrl: string;
  /** Undefined for an older oCIS, whose config.json lacks it. */
  tokenStorageLocal: boolean | undefined;
  /** What `/.well-known/openid-configuration` answers; undefined for a discovery document of this issuer. */
  discovery?: { status: number; body: string };
  /** What `/config.json` answers; undefined for the settings above. */
  configuration?: { status: number; body: string };
  /** The `Date` of its answers. @default now */
  date?: Date;
  /** What all else answers. @default 200 */
  status?: number;
}

export interface Ocis extends LocalServer {
  readonly settings: OcisSettings;
}

/** Answers like an oCIS 7.1 with PROXY_OIDC_REWRITE_WELLKNOWN. */
export async function startOcis(settings: OcisSettings): Promise<Ocis> {
  const server = await secureServer((request, response, url) => {
    const policy = settings.contentSecurityPolicy;
    if (policy !== undefined) response.setHeader("Content-Security-Policy", policy);
    if (settings.date !== undefined) response.setHeader("Date", settings.date.toUTCString());
    const { status, body } = answerOf(settings, request.url ?? "/", url);
    response.writeHead(status, { "Content-Type": "application/json" }).end(body);
    return Promise.resolve();
  });
  return { ...server, settings };
}

function answerOf(settings: OcisSettings, path: string, url: string): { status: number; body: string } {
  const { issuer, clientId, scope, metadataUrl } = settings;
  if (path === "/.well-known/openid-configuration") {
    return settings.discovery ?? { status: 200, body: JSON.stringify({ issuer }) };
  }
  if (path === "/config.json") {
    const openIdConnect = {
      metadata_url: metadataUrl,
      authority: issuer,
      client_id: clientId,
      response_type: "code",
      scope,
    };
    const options = { tokenStorageLocal: settings.tokenStorageLocal };
    return (
      settings.configuration ?? { status: 200, body: JSON.stringify({ server: url, openIdConnect, options }) }
    );
  }
  return { status: settings.status ?? 200, body: "" };
}

async function bodyOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
