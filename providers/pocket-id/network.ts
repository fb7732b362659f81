import { X509Certificate } from "node:crypto";
import { lookup } from "node:dns";
import { isIPv6, type LookupFunction } from "node:net";
import {
  checkServerIdentity,
  createSecureContext,
  type PeerCertificate,
  rootCertificates,
  type SecureContext,
} from "node:tls";

/** True for this machine's own addresses, where plain http gives nothing away. */
export function isLoopback(hostname: string): boolean {
  // URL writes `::ffff:127.0.0.1` in hexadecimal.
  return /^(localhost\.?|127(\.\d{1,3}){3}|\[::1\]|\[::ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4}\])$/.test(hostname);
}

/** Whether a URL is on this machine. A proxy must not be used for it: to a proxy, `localhost` is the proxy's own machine. */
export function isOnThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    isLoopback(hostname) || /(^|\.)localhost\.?$/.test(hostname) || ["0.0.0.0", "[::]"].includes(hostname)
  );
}

/** Resolves names. Those below `localhost` are this machine's (RFC 6761, section 6.3), but many resolvers don't know them. */
export const lookupHost: LookupFunction = (hostname, options, callback) => {
  lookup(/\.localhost\.?$/i.test(hostname) ? "localhost" : hostname, options, callback);
};

/**
 * Whether requests with the API key ignore the proxies that the environment names. Over https a proxy tunnels what it can't
 * read; over plain http it would read the key.
 */
export function skipsProxies(url: string): boolean {
  return isOnThisMachine(url) || new URL(url).protocol === "http:";
}

/** The variable that names a proxy for a URL; undefined when none does. */
export function proxyVariable(
  url: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const scheme = new URL(url).protocol.replace(":", "");
  const names = [`${scheme}_proxy`, "all_proxy"].flatMap((name) => [name, name.toUpperCase()]);
  return names.find((name) => (environment[name] ?? "") !== "");
}

const contexts = new Map<string, SecureContext>();

/** Trusts a CA beside the public ones. Reading those takes Node 40 ms, so each context is made once and not for each connection. */
export function contextTrusting(caCertificate: string): SecureContext {
  const context =
    contexts.get(caCertificate) ?? createSecureContext({ ca: [...rootCertificates, caCertificate] });
  contexts.set(caCertificate, context);
  return context;
}

/**
 * Whether a certificate is for this host; undefined when it is. Node.js decides, but for IPv6 addresses OpenSSL does: Node.js
 * 22.23.3 compares them letter by letter, `::1` with the certificate's `0:0:0:0:0:0:0:1`, and refuses what is right.
 */
export function serverIdentityProblem(host: string, certificate: PeerCertificate): Error | undefined {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  const isRight = isIPv6(address) && new X509Certificate(certificate.raw).checkIP(address) !== undefined;
  return isRight ? undefined : checkServerIdentity(host, certificate);
}
