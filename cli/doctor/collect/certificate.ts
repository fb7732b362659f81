import { contextTrusting } from "@ocis-pocket-id/providers/pocket-id";
import { connect, type TLSSocket } from "node:tls";
import type { CertificateFacts, Service } from "../facts";

const TIMEOUT_MS = 10_000;

/**
 * The certificate of an https host; undefined for plain http and for an unreachable host, which have findings of their own.
 *
 * @param authority PEM to trust in addition to the public ones
 */
export function certificateOf(
  service: Service,
  url: string,
  authority: string | undefined,
): Promise<CertificateFacts | undefined> {
  const { protocol, hostname, port, host } = new URL(url);
  if (protocol !== "https:") return Promise.resolve(undefined);
  const name = hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    const socket = connect({
      host: name,
      port: port === "" ? 443 : Number(port),
      // An IP address isn't a server name. Source: RFC 6066, section 3.
      ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
      // We check the certificate ourselves; nothing is ever sent.
      rejectUnauthorized: false,
      ...(authority === undefined ? {} : { secureContext: contextTrusting(authority) }),
    });
    const end = (facts: CertificateFacts | undefined) => {
      socket.destroy();
      resolve(facts);
    };
    socket.setTimeout(TIMEOUT_MS, () => {
      end(undefined);
    });
    socket.once("error", () => {
      end(undefined);
    });
    socket.once("secureConnect", () => {
      const { valid_from: from, valid_to: to } = socket.getPeerCertificate();
      end({ service, host, validFrom: new Date(from), validTo: new Date(to), problem: problemOf(socket) });
    });
  });
}

/** Typed as Error, but it is the code, or an Error with one. */
function problemOf({ authorized, authorizationError }: TLSSocket): string | undefined {
  if (authorized) return undefined;
  const problem = authorizationError as unknown;
  if (typeof problem === "string") return problem;
  const code = problem instanceof Error && "code" in problem ? problem.code : undefined;
  return typeof code === "string" ? code : "UNKNOWN";
}
