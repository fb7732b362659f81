/** A public address, and where its requests go. */
export interface Site {
  /** `https://ocis.company.com` */
  readonly url: string;
  /** The address in the proxy's network: `http://ocis:9200`. */
  readonly upstream: string;
  /** Paths to which nobody may POST. @default none */
  readonly closed?: readonly string[] | undefined;
}

/** Where the certificates of all sites come from: see the arguments of `TlsProxy`. */
export type CertificateSource = "acme" | "internal" | "files";

/** Where a given certificate and its key are in the container. */
export const CERTIFICATE_FILES = { certificate: "/run/secrets/tls.crt", privateKey: "/run/secrets/tls.key" };

/**
 * Caddy's configuration. Caddy passes uploads on as they arrive, and WebSockets and server-sent events unbuffered; it sends
 * visitors from http to https. The upstreams set their own CORS headers: a second set would break browsers.
 *
 * @see https://caddyserver.com/docs/caddyfile
 */
export function caddyfile(
  sites: readonly Site[],
  source: CertificateSource,
  { email, hsts = false }: { email?: string | undefined; hsts?: boolean | undefined } = {},
): string {
  const global = ["admin off", "skip_install_trust", ...(email === undefined ? [] : [`email ${email}`])];
  const tls = {
    acme: [],
    internal: ["tls internal"],
    files: [`tls ${CERTIFICATE_FILES.certificate} ${CERTIFICATE_FILES.privateKey}`],
  }[source];
  const common = [...tls, ...(hsts ? ['header Strict-Transport-Security "max-age=31536000"'] : [])];
  const blocks = sites.map(({ url, upstream, closed = [] }) =>
    block(new URL(url).host, [...common, ...refusals(closed), `reverse_proxy ${upstream}`]),
  );
  return [block("", global), ...blocks].join("\n");
}

function refusals(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const quoted = paths.map((path) => `'${path}'`).join(", ");
  return [`@closed \`method('POST') && path(${quoted})\``, "respond @closed 403"];
}

function block(name: string, lines: readonly string[]): string {
  return `${name === "" ? "" : `${name} `}{\n${lines.map((line) => `\t${line}\n`).join("")}}\n`;
}
