import type { Code } from "../codes";
import type { CertificateFacts, ClockFacts } from "../facts";
import { type Finding, finding } from "../finding";
import { FIX_HERE } from "./clocks";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * So long before the end somebody should know: a month, or a sixth of a life that is shorter than half a year. What renews
 * by itself does so when a third is left, and an own authority's certificate may live for hours.
 */
function warningTime({ validFrom, validTo }: CertificateFacts): number {
  return Math.min(30 * DAY_MS, (validTo.getTime() - validFrom.getTime()) / 6);
}

/** Are the certificates in force, for the right host, and trusted? */
export function checkCertificates(
  certificates: readonly CertificateFacts[],
  now: Date,
  clocks: readonly ClockFacts[] = [],
): Finding[] {
  return certificates.flatMap((certificate) => {
    const aheadMs = clocks.find(({ service }) => service === certificate.service)?.aheadMs ?? 0;
    return [...checkTime(certificate, now, new Date(now.getTime() + aheadMs)), ...checkTrust(certificate)];
  });
}

/** @param there the time by the clock of the service */
function checkTime(certificate: CertificateFacts, now: Date, there: Date): Finding[] {
  const { service, host, validFrom, validTo } = certificate;
  const whose = `the certificate of ${service} at ${host}`;
  const fix = `renew the certificate of ${host}, and see why that does not happen by itself`;
  const isInForceThere = validFrom <= there && there <= validTo;
  const butThere = `, by this machine's clock (${minute(now)}), but is in force by that of ${service} (${minute(there)})`;
  if (validTo < now) {
    const what = `${whose} expired on ${day(validTo)}`;
    return [
      isInForceThere
        ? finding("certificate-expired", `${what}${butThere}`, FIX_HERE)
        : finding("certificate-expired", what, fix),
    ];
  }
  if (validFrom > now) {
    const what = `${whose} counts from ${day(validFrom)} only`;
    return [
      isInForceThere
        ? finding("certificate-not-yet-valid", `${what}${butThere}`, FIX_HERE)
        : finding(
            "certificate-not-yet-valid",
            what,
            "set the clock of this machine, or of that which made it",
          ),
    ];
  }
  const left = validTo.getTime() - now.getTime();
  if (left >= warningTime(certificate)) return [];
  const [unit, word] = left < 2 * DAY_MS ? [HOUR_MS, "hour"] : [DAY_MS, "day"];
  const count = Math.floor(left / unit);
  const time = `${count} ${word}${count === 1 ? "" : "s"}`;
  return [finding("certificate-expires-soon", `${whose} expires in ${time}, on ${day(validTo)}`, fix)];
}

function checkTrust({ service, host, problem }: CertificateFacts): Finding[] {
  // Of the time we speak by ourselves.
  if (problem === undefined || /EXPIRED|NOT_YET_VALID/.test(problem)) return [];
  const [code, fix]: [Code, string] = problem.includes("ALTNAME")
    ? ["certificate-other-host", `give ${host} a certificate for its own name`]
    : ["certificate-untrusted", FIX_TRUST[service]];
  return [finding(code, `the certificate of ${service} at ${host} is not accepted (${problem})`, fix)];
}

const FIX_TRUST = {
  "Pocket ID":
    'for a private authority: `pulumi config set caCertificate -- "$(cat ca.pem)"` and `pulumi up` (browsers and apps must ' +
    "trust it too); otherwise serve the whole chain of a public one",
  oCIS:
    "put a proxy with a trusted certificate before oCIS, or give oCIS one (`tls` of the target); a private authority goes to the " +
    "stack with `pulumi config set caCertificate`, and to browsers and apps",
} as const;

const day = (date: Date) => date.toISOString().slice(0, 10);
const minute = (date: Date) => `${date.toISOString().slice(0, 16)}Z`;
