/** Whether a page under this Content-Security-Policy may fetch a URL. Several policies, by commas, count all together. */
export function mayConnect(header: string, url: string, pageOrigin: string): boolean {
  return header.split(",").every((policy) => policyAllows(policy, url, pageOrigin));
}

/** Whether a page of the same server may show this one in a frame. */
export function mayFrameItself(header: string, pageUrl: string): boolean {
  const url = new URL(pageUrl);
  return header.split(",").every((policy) => {
    // There is no fallback to default-src.
    const ancestors = directivesOf(policy).get("frame-ancestors");
    return ancestors === undefined || ancestors.some((source) => sourceAllows(source, url, url.origin));
  });
}

function policyAllows(policy: string, url: string, pageOrigin: string): boolean {
  const directives = directivesOf(policy);
  const sources = directives.get("connect-src") ?? directives.get("default-src");
  return sources === undefined || sources.some((source) => sourceAllows(source, new URL(url), pageOrigin));
}

/** Directives by small name; of one that is there twice browsers take the first. */
function directivesOf(policy: string): ReadonlyMap<string, readonly string[]> {
  const entries = policy.split(";").map((text) => {
    const [name = "", ...sources] = text.trim().split(/\s+/);
    return [name.toLowerCase(), sources] as const;
  });
  return new Map(entries.reverse());
}

/** Source: Content Security Policy Level 3, section 6.7.2, as far as https and http go. */
function sourceAllows(source: string, url: URL, pageOrigin: string): boolean {
  if (source === "*") return true;
  if (source.toLowerCase() === "'self'") return url.origin === pageOrigin;
  if (/^[a-z][a-z0-9+.-]*:$/i.test(source)) return sameScheme(source, url);
  const parts = /^(?:([a-z][a-z0-9+.-]*:)\/\/)?([^:/]+)(?::(\d+|\*))?(\/[^?#]*)?$/i.exec(source);
  if (parts === null) return false;
  const [, scheme, host = "", port, path = "/"] = parts;
  return (
    sameScheme(scheme ?? new URL(pageOrigin).protocol, url) &&
    sameHost(host.toLowerCase(), url.hostname) &&
    (port === "*" || (port ?? "") === url.port || Number(port) === DEFAULT_PORTS[url.protocol]) &&
    (path.endsWith("/") ? url.pathname.startsWith(path) : url.pathname === path)
  );
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "https:": 443, "http:": 80 };

/** A source of http lets https through as well. */
function sameScheme(scheme: string, { protocol }: URL): boolean {
  const wanted = scheme.toLowerCase();
  return wanted === protocol || (wanted === "http:" && protocol === "https:");
}

function sameHost(pattern: string, host: string): boolean {
  return pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : pattern === "*" || pattern === host;
}
