/** Headers of an answer, by lower-case name. */
export type AnswerHeaders = Readonly<Record<string, unknown>>;

/** Headers that identify the sender, most specific first. */
const SENDER_HEADERS = [
  "location",
  "www-authenticate",
  "cf-mitigated",
  "cf-ray",
  "server",
  "via",
  "x-powered-by",
] as const;

/** Characters of a header that are shown. */
const SHOWN = 80;

/** The headers that identify the sender of an answer: `server: cloudflare, cf-ray: 8c1…`; undefined when there are none. */
export function senderOf(headers: AnswerHeaders): string | undefined {
  const found = SENDER_HEADERS.flatMap((name) => {
    const value = headers[name];
    const text = Array.isArray(value) ? value.join(", ") : value;
    return typeof text === "string" && text !== "" ? [`${name}: ${readable(name, text)}`] : [];
  });
  return found.length === 0 ? undefined : found.join(", ");
}

/** A query, or what follows the scheme's name and realm, may hold a token. */
function readable(name: string, text: string): string {
  const safe = name === "location" ? text.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//") : text;
  const shown = name === "www-authenticate" ? safe.replace(/^(\S+(?:\s+realm="[^"]*")?).*$/s, "$1") : safe;
  const printable = shown.replace(/[^\x20-\x7e]/g, "?");
  return printable.length > SHOWN ? `${printable.slice(0, SHOWN)}…` : printable;
}

/** Statuses that Pocket ID's API never answers with, but Cloudflare does. */
const isOfCloudflare = (status: number) => status >= 520 && status <= 530;

/**
 * Whether a failed answer comes from something in front of Pocket ID: a login page, a challenge, a firewall.
 * Pocket ID explains each refusal in JSON (`{"error": …}`), never asks for a login by header, and never redirects its API. Its
 * 404 of an unknown path is plain text.
 *
 * @param body the answer as JSON; undefined if it isn't JSON
 */
export function isForeign(status: number, headers: AnswerHeaders, body: unknown): boolean {
  if ((status >= 300 && status < 400) || isOfCloudflare(status)) return true;
  if (isWebPage(headers)) return true;
  if (status !== 401 && status !== 403) return false;
  const isExplained = typeof body === "object" && body !== null && "error" in body;
  return !isExplained || headers["www-authenticate"] !== undefined;
}

/** Whether an answer is a web page, which no part of Pocket ID's API is. */
export function isWebPage(headers: AnswerHeaders): boolean {
  return /^\s*text\/html\b/i.test(String(headers["content-type"]));
}

/** The problem with an answer that isn't Pocket ID's, and the fix. */
export function foreignProblem(status: number, headers: AnswerHeaders): string {
  const sender = senderOf(headers);
  const from = sender === undefined ? "no header names the sender" : sender;
  return (
    `HTTP ${status}, but the answer isn't Pocket ID's (${from}). Is this the address of Pocket ID? If a proxy, a firewall or a ` +
    "login page stands before it, let /api pass there, or set pocketid:url to an address that leads straight to Pocket ID"
  );
}
