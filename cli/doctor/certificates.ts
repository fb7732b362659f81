import { CERTIFICATE_FILES } from "@ocis-pocket-id/components";
import { contextTrusting, lookupHost } from "@ocis-pocket-id/providers/pocket-id";
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import type { Answer } from "./ask";
import type { StackSnapshot } from "../stacks";
import { type Finding, finding } from "./finding";

type Service = "Pocket ID" | "oCIS";

/** The certificate of a host. */
export interface Certificate {
  readonly service: Service;
  /** Includes a port other than 443. */
  readonly host: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  /** Node's error code: `SELF_SIGNED_CERT_IN_CHAIN`; undefined if it is accepted. */
  readonly problem: string | undefined;
}

/** The clock of a service, or of its proxy, compared with this machine's. */
export interface Clock {
  readonly service: Service;
  /** Negative if it is behind. */
  readonly aheadMs: number;
}

const TIMEOUT_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * The certificate of an https host; undefined for plain http and for an unreachable host, which have findings of their own.
 *
 * @param authority PEM to trust in addition to the public ones
 */
export async function certificateOf(
  service: Service,
  url: string,
  authority: string | undefined,
): Promise<Certificate | undefined> {
  const { protocol, hostname, port, host } = new URL(url);
  if (protocol !== "https:") return undefined;
  const name = hostname.replace(/^\[|\]$/g, "");
  const socket = connect({
    host: name,
    lookup: lookupHost,
    port: port === "" ? 443 : Number(port),
    // An IP address isn't a server name. Source: RFC 6066, section 3.
    ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
    // We check the certificate ourselves; nothing is ever sent.
    rejectUnauthorized: false,
    ...(authority === undefined ? {} : { secureContext: contextTrusting(authority) }),
  });
  try {
    await once(socket, "secureConnect", { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { valid_from: from, valid_to: to } = socket.getPeerCertificate();
    return { service, host, validFrom: new Date(from), validTo: new Date(to), problem: problemOf(socket) };
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

/** Typed as Error, but it is the code, or an Error with one. */
function problemOf({ authorized, authorizationError }: TLSSocket): string | undefined {
  if (authorized) return undefined;
  const problem = authorizationError as unknown;
  if (typeof problem === "string") return problem;
  const code = problem instanceof Error && "code" in problem ? problem.code : undefined;
  return typeof code === "string" ? code : "UNKNOWN";
}

/** Whether a stack's TLS proxy has a certificate that the stack's configuration contains. */
export function isCertificateGiven({ resources }: Pick<StackSnapshot, "resources">): boolean {
  return resources.some(({ urn, inputs: { uploads } }) => {
    const files = Array.isArray(uploads) ? (uploads as { file?: unknown }[]) : [];
    const isGiven = files.some(({ file }) => file === CERTIFICATE_FILES.certificate);
    return isGiven && urn.includes("ocis-pocket-id:index:TlsProxy$");
  });
}

/**
 * Checks that the certificates are valid now, for the right host, and trusted.
 *
 * @param isGiven whether the stack's configuration contains them
 */
export function checkCertificates(
  certificates: readonly Certificate[],
  now: Date,
  clocks: readonly Clock[] = [],
  isGiven = false,
): Finding[] {
  return certificates.flatMap((certificate) => {
    const aheadMs = clocks.find(({ service }) => service === certificate.service)?.aheadMs ?? 0;
    const there = new Date(now.getTime() + aheadMs);
    return [...checkTime(certificate, now, there, isGiven), ...checkTrust(certificate)];
  });
}

const FIX_HERE = "set the clock of this machine, for instance with `timedatectl set-ntp true`";

const FIX_GIVEN =
  "get a new one, set it with `cat fullchain.pem | pulumi config set certificate` and " +
  "`cat privkey.pem | pulumi config set --secret certificateKey`, then run `pulumi up`";

/** @param there the time by the service's clock */
function checkTime(
  { service, host, validFrom, validTo }: Certificate,
  now: Date,
  there: Date,
  isGiven: boolean,
): Finding[] {
  const whose = `the certificate of ${service} at ${host}`;
  const renew = isGiven
    ? FIX_GIVEN
    : `renew the certificate of ${host}, and check why it isn't renewed automatically`;
  const isValidThere = validFrom <= there && there <= validTo;
  const butThere = isValidThere
    ? ` by this machine's clock (${minute(now)}), but is valid by that of ${service} (${minute(there)})`
    : "";
  if (validTo < now) {
    const what = `${whose} expired on ${day(validTo)}${butThere}`;
    return [finding("certificate-expired", what, isValidThere ? FIX_HERE : renew)];
  }
  if (validFrom > now) {
    const what = `${whose} is valid only from ${day(validFrom)}${butThere}`;
    const fix = isValidThere ? FIX_HERE : "set the clock of this machine, or of the one that issued it";
    return [finding("certificate-not-yet-valid", what, fix)];
  }
  // A month before the end, or when a sixth of a life shorter than half a year is left. Automatic renewal happens when a third is
  // left, and a private authority's certificate can be valid for hours only.
  const warningMs = Math.min(30 * DAY_MS, (validTo.getTime() - validFrom.getTime()) / 6);
  const left = validTo.getTime() - now.getTime();
  if (left >= warningMs) return [];
  const [unit, word] = left < 2 * DAY_MS ? [HOUR_MS, "hour"] : [DAY_MS, "day"];
  const count = Math.floor(left / unit);
  const time = `${count} ${word}${count === 1 ? "" : "s"}`;
  return [finding("certificate-expires-soon", `${whose} expires in ${time}, on ${day(validTo)}`, renew)];
}

function checkTrust({ service, host, problem }: Certificate): Finding[] {
  // The time has findings of its own.
  if (problem === undefined || /EXPIRED|NOT_YET_VALID/.test(problem)) return [];
  const what = `the certificate of ${service} at ${host} is rejected (${problem})`;
  return problem.includes("ALTNAME")
    ? [finding("certificate-other-host", what, `give ${host} a certificate for its own name`)]
    : [finding("certificate-untrusted", what, FIX_TRUST[service])];
}

const FIX_TRUST = {
  "Pocket ID":
    'for a private authority, run `pulumi config set caCertificate -- "$(cat ca.pem)"`, then `pulumi up` (browsers and apps must ' +
    "trust it, too); otherwise serve the full chain of a public one",
  oCIS:
    "put a proxy with a trusted certificate in front of oCIS, or give oCIS one (`tls` of the target); add a private authority to " +
    "the stack with `pulumi config set caCertificate`, and to browsers and apps",
} as const;

const day = (date: Date) => date.toISOString().slice(0, 10);
const minute = (date: Date) => `${date.toISOString().slice(0, 16)}Z`;

/** How far the clock of an answer is ahead of ours; empty if the answer has no date, or comes from a cache. */
export function clockOf(service: Service, answer: Answer): Clock[] {
  if ("failure" in answer || answer.headers["age"] !== undefined) return [];
  const aheadMs = Date.parse(answer.headers["date"] ?? "") - answer.receivedAt.getTime();
  return Number.isNaN(aheadMs) ? [] : [{ service, aheadMs }];
}

/** Smaller differences can be latency, and servers tolerate them. */
const TOLERANCE_MS = 2 * MINUTE_MS;

/** Compares the clocks of this machine and of both services. Two that agree outvote the third. */
export function checkClocks(clocks: readonly Clock[]): Finding[] {
  const wrong = clocks.filter(({ aheadMs }) => Math.abs(aheadMs) > TOLERANCE_MS);
  const [first, second] = wrong;
  if (
    first !== undefined &&
    second !== undefined &&
    Math.abs(first.aheadMs - second.aheadMs) <= TOLERANCE_MS
  ) {
    const away = first.aheadMs > 0 ? "behind" : "ahead of";
    const what = `the clock of this machine is ${duration(first.aheadMs)} ${away} those of Pocket ID and oCIS`;
    return [finding("clock-differs", what, FIX_HERE)];
  }
  return wrong.map(({ service, aheadMs }) => {
    const where = aheadMs > 0 ? "ahead of" : "behind";
    const what = `the clock of ${service}, or of its proxy, is ${duration(aheadMs)} ${where} this machine's`;
    // One answer doesn't show whose clock is wrong.
    const machines = clocks.length === 1 ? "both machines" : `this machine and on that of ${service}`;
    return finding(
      "clock-differs",
      what,
      `compare \`date -u\` on ${machines}, and set the clock that is wrong`,
    );
  });
}

function duration(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / MINUTE_MS);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
}
