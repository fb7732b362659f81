/** Whether a page with this Content-Security-Policy can fetch a URL. Of several policies, separated by commas, all apply. */
export function mayConnect(header: string, url: string, pageOrigin: string): boolean {
  return blockerOf(header, ["connect-src", "default-src"], url, pageOrigin) === undefined;
}

/** The directive, with its sources, that stops a page from loading itself in a frame. */
export function frameBlocker(header: string, pageOrigin: string): string | undefined {
  return (
    blockerOf(header, ["frame-ancestors"], pageOrigin, pageOrigin) ??
    blockerOf(header, ["frame-src", "child-src", "default-src"], pageOrigin, pageOrigin)
  );
}

/** The first of these directives in a policy applies; it is returned if it doesn't allow the URL. */
function blockerOf(
  header: string,
  names: readonly string[],
  url: string,
  pageOrigin: string,
): string | undefined {
  for (const policy of header.split(",")) {
    const directives = directivesIn(policy);
    const name = names.find((one) => directives.has(one));
    const sources = name === undefined ? undefined : directives.get(name);
    if (
      name !== undefined &&
      sources?.some((source) => sourceAllows(source, new URL(url), pageOrigin)) === false
    )
      return [name, ...sources].join(" ");
  }
  return undefined;
}

/** Of a repeated directive browsers use the first. */
function directivesIn(policy: string): ReadonlyMap<string, readonly string[]> {
  const directives = policy.split(";").map((text): [string, string[]] => {
    const [name = "", ...sources] = text.trim().split(/\s+/);
    return [name.toLowerCase(), sources];
  });
  return new Map(directives.reverse());
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

/** An http source allows https as well. */
function sameScheme(scheme: string, { protocol }: URL): boolean {
  const wanted = scheme.toLowerCase();
  return wanted === protocol || (wanted === "http:" && protocol === "https:");
}

function sameHost(pattern: string, host: string): boolean {
  return pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : pattern === "*" || pattern === host;
}
