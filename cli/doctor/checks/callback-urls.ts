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
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { https: "443", http: "80" };

function partsOf(url: string): Parts | undefined {
  const found = /^([a-z][a-z0-9+.-]*|\*):\/\/(\[[^\]]*\]|[^/?#:]*)(?::(\d+|\*))?(?:[/?#].*)?$/i.exec(url);
  if (found === null) return undefined;
  const [, scheme = "", host = "", port = ""] = found;
  return { scheme: scheme.toLowerCase(), host, port: port === DEFAULT_PORTS[scheme] ? "" : port };
}

const isLoopback = (host: string) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/i.test(host);
