import { createHash, randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** An answer; `json` reads the body, of which the caller says what it expects. */
export interface BrowserAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface BrowserRequest {
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A person's machine: the public names lead to the TLS proxy, and the company's authority is trusted. */
export interface Browser {
  send(method: string, url: string, options?: BrowserRequest): Promise<BrowserAnswer>;
}

/** What a client says when it sends a person to Pocket ID. */
export interface AuthorizationRequest {
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
}

export interface Tokens {
  access_token: string;
  refresh_token: string;
  id_token: string;
}

const SILENCE_MS = 15_000;

/** Where a browser finds the hosts that aren't behind the proxy on 127.0.0.1, as DNS would tell it. */
export interface Elsewhere {
  /** Addresses by host, with its port if its URL has one. */
  readonly [host: string]: { readonly ip: string; readonly port: number };
}

export function openBrowser(proxyPort: number, authority: string, elsewhere: Elsewhere = {}): Browser {
  const sendOnce: Browser["send"] = (method, url, { headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const { hostname, host, pathname, search } = new URL(url);
      const { ip, port } = elsewhere[host] ?? { ip: "127.0.0.1", port: proxyPort };
      const address = { host: ip, port, servername: hostname, ca: authority };
      const sent = request(
        { ...address, method, path: pathname + search, headers: { Host: host, ...headers } },
        (answer) => {
          let text = "";
          answer.setEncoding("utf8");
          answer.on("data", (chunk: string) => (text += chunk));
          answer.on("error", reject);
          answer.on("end", () => {
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text });
          });
        },
      );
      sent.on("error", reject);
      sent.setTimeout(SILENCE_MS, () => sent.destroy(new Error(`${url} gave no answer`)));
      sent.end(body);
    });
  /** Pocket ID limits the requests of a fast test: one that it refuses comes a second later. */
  const send = async (...words: Parameters<typeof sendOnce>): Promise<BrowserAnswer> => {
    const answer = await sendOnce(...words);
    if (answer.status !== 429) return answer;
    await sleep(1_000);
    return send(...words);
  };
  return { send };
}

/** Signs a person in at Pocket ID by a link from an admin, in place of the passkey. @returns the session's cookie. */
export async function signIn(browser: Browser, issuer: string, oneTimeToken: string): Promise<string> {
  const { status, headers } = await browser.send(
    "POST",
    `${issuer}/api/one-time-access-token/${oneTimeToken}`,
  );
  const cookie = headers["set-cookie"]?.find((each) => each.includes("access_token="))?.split(";")[0];
  if (status !== 200 || cookie === undefined) throw new Error(`no session: Pocket ID answered ${status}`);
  return cookie;
}

/**
 * Logs a signed-in person in to a client: authorization code with PKCE (RFC 7636), as Pocket ID's own page does.
 *
 * @throws Error with Pocket ID's status and words when it refuses.
 */
export async function logIn(browser: Browser, cookie: string, client: AuthorizationRequest): Promise<Tokens> {
  const { issuer, clientId, redirectUri } = client;
  const verifier = randomBytes(32).toString("base64url");
  const nonce = randomBytes(12).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const code = await askForCode(browser, cookie, client, nonce, challenge);
  const tokens = await askForTokens(browser, issuer, {
    grant_type: "authorization_code",
    client_id: clientId,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  });
  const { iss, aud, nonce: returned } = payloadOf(tokens.id_token);
  if (iss !== issuer || returned !== nonce || ![aud].flat().includes(clientId)) {
    throw new Error("the ID token is not the one that was asked for");
  }
  return tokens;
}

async function askForCode(
  browser: Browser,
  cookie: string,
  client: AuthorizationRequest,
  nonce: string,
  challenge: string,
): Promise<string> {
  const { issuer, clientId, redirectUri, scope } = client;
  const { status, text } = await browser.send("POST", `${issuer}/api/oidc/authorize`, {
    headers: { "Content-Type": "application/json", Cookie: cookie },
    body: JSON.stringify({
      clientID: clientId,
      callbackURL: redirectUri,
      scope,
      nonce,
      codeChallenge: challenge,
      codeChallengeMethod: "S256",
    }),
  });
  if (status === 404) return askEndpointForCode(browser, cookie, client, nonce, challenge);
  if (status !== 200) throw new Error(`Pocket ID refuses with ${status}: ${text}`);
  const { code, callbackURL } = JSON.parse(text) as { code: string; callbackURL: string };
  if (callbackURL !== redirectUri) throw new Error(`Pocket ID would return to ${callbackURL}`);
  return code;
}

/** Since 2.10, the authorization endpoint answers by itself; its page only completes steps such as consent. */
async function askEndpointForCode(
  browser: Browser,
  cookie: string,
  { issuer, clientId, redirectUri, scope }: AuthorizationRequest,
  nonce: string,
  challenge: string,
): Promise<string> {
  const query = new URLSearchParams({
    ...{ client_id: clientId, redirect_uri: redirectUri, response_type: "code", scope, nonce },
    ...{ state: nonce, code_challenge: challenge, code_challenge_method: "S256" },
  });
  const headers = { Cookie: cookie, "Content-Type": "application/json" };
  for (let step = 0; step < 4; step++) {
    const answer = await browser.send("GET", `${issuer}/authorize?${query.toString()}`, { headers });
    const location = answer.headers.location ?? "";
    const found = new URL(location, issuer).searchParams;
    const code = found.get("code");
    if (code !== null && location.startsWith(redirectUri)) return code;
    const interaction = found.get("interaction");
    if (interaction === null) throw new Error(`Pocket ID refuses with ${answer.status}: ${location}`);
    const path = `${issuer}/api/oidc/interactions/${interaction}`;
    const { requiredStep = "consent" } = JSON.parse((await browser.send("GET", path, { headers })).text) as {
      requiredStep?: string;
    };
    await post(browser, `${path}/complete`, { headers, body: JSON.stringify({ step: requiredStep }) });
    query.set("interaction", interaction);
  }
  throw new Error("Pocket ID asks for one step after the other");
}

/** New tokens for a refresh token, as a native app gets them every hour. */
export function refreshTokens(browser: Browser, { issuer, clientId }: AuthorizationRequest, tokens: Tokens) {
  return askForTokens(browser, issuer, {
    grant_type: "refresh_token",
    client_id: clientId,
    refresh_token: tokens.refresh_token,
  });
}

function askForTokens(browser: Browser, issuer: string, form: Record<string, string>): Promise<Tokens> {
  return post<Tokens>(browser, `${issuer}/api/oidc/token`, {
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form).toString(),
  });
}

async function post<Body>(browser: Browser, url: string, options: BrowserRequest): Promise<Body> {
  const { status, text } = await browser.send("POST", url, options);
  if (status !== 200) throw new Error(`Pocket ID refuses with ${status}: ${text}`);
  return JSON.parse(text) as Body;
}

function payloadOf(token: string): Record<string, unknown> {
  const payload = Buffer.from(token.split(".")[1] ?? "", "base64url").toString();
  return JSON.parse(payload) as Record<string, unknown>;
}
