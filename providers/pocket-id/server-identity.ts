import { X509Certificate } from "node:crypto";
import { isIPv6 } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/**
 * Whether a certificate is for this host; undefined when it is. Node.js decides, but for IPv6 addresses OpenSSL does: Node.js
 * 22.23.3 compares them letter by letter, `::1` with the certificate's `0:0:0:0:0:0:0:1`, and refuses what is right.
 */
export function serverIdentityProblem(host: string, certificate: PeerCertificate): Error | undefined {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  if (isIPv6(address) && new X509Certificate(certificate.raw).checkIP(address) !== undefined)
    return undefined;
  return checkServerIdentity(host, certificate);
}
