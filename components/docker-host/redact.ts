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
    .replace(NAMED_SECRET, `$1${HIDDEN}`);
}

const HIDDEN = "[hidden]";

/** `password=...`, `"client_secret": "..."`, `api-key: ...` and the like. */
const NAMED_SECRET =
  /((?:\w*[_.-])?(?:passwo?r?d|passwd|secret|token|api[_-]?key|private[_-]?key|authorization|cookie)\\?"?\s*[:=]\s*)(\\?"(?:[^"\\]|\\[^"])*\\?"|[^\s,;&}\]]+)/gi;
