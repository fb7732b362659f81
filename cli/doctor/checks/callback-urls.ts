/**
 * Whether Pocket ID would send people to a URL, for a callback URL of a client that may have wildcards. Its rules as far as
 * our own URLs need them: without a path any path will do, a loopback address has any port, `*` stands for one segment.
 */
export function accepts(pattern: string, url: string): boolean {
  if (pattern === "*") return true;
  const want = partsOf(url);
  const have = partsOf(pattern);
  if (want === undefined || have === undefined) return false;
  return (
    matches(have.scheme, want.scheme) &&
    matches(have.host.toLowerCase(), want.host.toLowerCase()) &&
    (have.port === "*" || have.port === want.port || isLoopback(have.host)) &&
    (have.path === "" || matches(have.path, want.path || "/") || (have.path === "/" && want.path === ""))
  );
}

/** Whether a callback URL can lead to another place than these URLs have: another host, or any host at all. */
export function isForeign(pattern: string, expected: readonly string[]): boolean {
  const have = partsOf(pattern);
  if (pattern === "*" || have === undefined) return true;
  return !expected.some((url) => {
    const want = partsOf(url);
    if (want === undefined || want.scheme !== have.scheme) return false;
    if (isLoopback(want.host)) return isLoopback(have.host);
    return want.host.toLowerCase() === have.host.toLowerCase() && want.port === have.port;
  });
}

interface Parts {
  readonly scheme: string;
  readonly host: string;
  /** Empty for the scheme's own. */
  readonly port: string;
  readonly path: string;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { https: "443", http: "80" };

function partsOf(url: string): Parts | undefined {
  const found = /^([a-z][a-z0-9+.-]*|\*):\/\/(\[[^\]]*\]|[^/?#:]*)(?::(\d+|\*))?(.*)$/i.exec(url);
  if (found === null) return undefined;
  const [, scheme = "", host = "", port = "", path = ""] = found;
  return { scheme: scheme.toLowerCase(), host, port: port === DEFAULT_PORTS[scheme] ? "" : port, path };
}

function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .split(/(\*\*|\*)/)
    .map((part) => {
      if (part === "**") return ".*";
      return part === "*" ? "[^/]*" : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    })
    .join("");
  return new RegExp(`^${expression}$`).test(text);
}

const isLoopback = (host: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(host);
