/** A text as one word of a command that somebody pastes into a shell: as it is, or between single quotes. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Address and port as URLs and compose files write them: an IPv6 address stands in brackets. */
export function hostAndPort(ip: string, port: string | number): string {
  return `${ip.includes(":") ? `[${ip}]` : ip}:${port}`;
}

/** Letters, digits, `_`, `.` and `-`, with a letter or digit first: what Docker and every file system take. */
export function plainName(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "");
}

const LONGEST_LINE = 300;

/** A line of a log as people read it. oCIS writes JSON with a dozen fields; what counts is the message and the error. Caddy does alike. */
export function readable(line: string): string {
  const { service, msg, message = msg, error } = fieldsOf(line);
  const said = [message?.replace(/\.$/, ""), error]
    .filter((text) => text !== undefined && text !== "")
    .join(": ");
  const text = said === "" ? line : `${service === undefined ? "" : `${service}: `}${said}`;
  const plain = redact(text.replace(CLOCK, "")).replace(/\s+/g, " ").trim();
  return plain.length > LONGEST_LINE ? `${plain.slice(0, LONGEST_LINE)}…` : plain;
}

/** False for a line of a log that is written while all is well. */
export function isAlarming(line: string): boolean {
  const { level } = fieldsOf(line);
  return level === undefined || ["error", "fatal", "panic"].includes(level);
}

/** The time at the start of Pocket ID's lines. */
const CLOCK = /^[A-Z][a-z]{2} +\d+ [\d:]{8} (?=[A-Z]{3} )/;
/** Lines of Pocket ID that are written while all is well. */
const CALM = /^(DBG|INF|WRN) /;

/** The last lines of a log that matter, for people. */
export function lastWords(log: readonly string[], count = 2): string {
  const alarming = log.filter((line) => isAlarming(line) && !CALM.test(line.replace(CLOCK, "")));
  const lines = (alarming.length === 0 ? log : alarming).map(readable);
  const shown = [...new Set(lines)].slice(-count).join(" | ");
  return shown === "" ? "its log is empty" : `end of its log: ${shown}`;
}

type Field = "level" | "service" | "message" | "msg" | "error";

function fieldsOf(line: string): Partial<Record<Field, string>> {
  try {
    const fields = JSON.parse(line) as Record<string, unknown> | null;
    const isText = (entry: [string, unknown]): entry is [string, string] => typeof entry[1] === "string";
    return Object.fromEntries(Object.entries(fields ?? {}).filter(isText));
  } catch {
    return {};
  }
}

const HIDDEN = "[hidden]";

/** `password=...`, `"client_secret": "..."`, `api-key: ...` and the like. */
const NAMED_SECRET =
  /((?:\w*[_.-])?(?:passwo?r?d|passwd|secret|token|api[_-]?key|private[_-]?key|authorization|cookie)\\?"?\s*[:=]\s*)(\\?"(?:[^"\\]|\\[^"])*\\?"|[^\s,;&}\]]+)/gi;

/**
 * Hides what must not get from a container's log into Pulumi's output: tokens, passwords, keys. Removes colours and control
 * characters as well, so that a log can't draw on a terminal.
 */
export function redact(line: string): string {
  return line
    .replace(/\p{Cc}\[[0-9;]*m/gu, "")
    .replace(/\p{Cc}/gu, " ")
    .replace(/\beyJ[\w-]+\.[\w-]+(\.[\w-]*)?/g, HIDDEN)
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${HIDDEN}`)
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi, `$1${HIDDEN}@`)
    .replace(/([?&](?:code|state|[a-z_]*token)=)[^&\s"]+/gi, `$1${HIDDEN}`)
    .replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----.*/g, HIDDEN)
    .replace(/(\/(?:lc|one-time-access-token)\/)[\w-]+/g, `$1${HIDDEN}`)
    .replace(NAMED_SECRET, `$1${HIDDEN}`);
}

/** What to do about a text, by a pattern of it; the case doesn't matter. */
export type Reasons = Readonly<Record<string, string>>;

/** The first reason whose pattern the text has. */
export function reasonIn(reasons: Reasons, text: string): string | undefined {
  return Object.entries(reasons).find(([pattern]) => new RegExp(pattern, "i").test(text))?.[1];
}
