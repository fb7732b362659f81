import type { Code } from "../codes";
import type { CertificateFacts, ClockFacts } from "../facts";
import { type Finding, finding } from "../finding";
import { FIX_HERE } from "./clocks";

const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The warning comes a month before the end, or when a sixth of a life shorter than half a year is left. Automatic renewal happens
 * when a third is left, and a private authority's certificate can be valid for hours only.
 */
function warningTime({ validFrom, validTo }: CertificateFacts): number {
  return Math.min(30 * DAY_MS, (validTo.getTime() - validFrom.getTime()) / 6);
}

/** Checks that the certificates are valid now, for the right host, and trusted. */
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

/** @param there the time by the service's clock */
function checkTime(certificate: CertificateFacts, now: Date, there: Date): Finding[] {
  const { service, host, validFrom, validTo } = certificate;
  const whose = `the certificate of ${service} at ${host}`;
  const fix = `renew the certificate of ${host}, and check why it isn't renewed automatically`;
  const isValidThere = validFrom <= there && there <= validTo;
  const butThere = ` by this machine's clock (${minute(now)}), but is valid by that of ${service} (${minute(there)})`;
  if (validTo < now) {
    const what = `${whose} expired on ${day(validTo)}`;
    return [
      isValidThere
        ? finding("certificate-expired", `${what}${butThere}`, FIX_HERE)
        : finding("certificate-expired", what, fix),
    ];
  }
  if (validFrom > now) {
    const what = `${whose} is valid only from ${day(validFrom)}`;
    return [
      isValidThere
        ? finding("certificate-not-yet-valid", `${what}${butThere}`, FIX_HERE)
        : finding(
            "certificate-not-yet-valid",
            what,
            "set the clock of this machine, or of the one that issued it",
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
  // The time has findings of its own.
  if (problem === undefined || /EXPIRED|NOT_YET_VALID/.test(problem)) return [];
  const [code, fix]: [Code, string] = problem.includes("ALTNAME")
    ? ["certificate-other-host", `give ${host} a certificate for its own name`]
    : ["certificate-untrusted", FIX_TRUST[service]];
  return [finding(code, `the certificate of ${service} at ${host} is rejected (${problem})`, fix)];
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
