import type { Code } from "../codes";
import type { CertificateFacts } from "../facts";
import { type Finding, finding } from "../finding";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** So many days before the end somebody should know. */
const WARN_DAYS = 30;

/** Are the certificates in force, for the right host, and trusted? */
export function checkCertificates(certificates: readonly CertificateFacts[], now: Date): Finding[] {
  return certificates.flatMap((certificate) => [...checkTime(certificate, now), ...checkTrust(certificate)]);
}

function checkTime({ service, host, validFrom, validTo }: CertificateFacts, now: Date): Finding[] {
  const whose = `the certificate of ${service} at ${host}`;
  const mend = `renew the certificate of ${host}, and see why that does not happen by itself`;
  if (validTo < now) return [finding("certificate-expired", `${whose} expired on ${day(validTo)}`, mend)];
  if (validFrom > now) {
    const what = `${whose} counts from ${day(validFrom)} only`;
    return [
      finding("certificate-not-yet-valid", what, "set the clock of this machine, or of that which made it"),
    ];
  }
  const days = Math.floor((validTo.getTime() - now.getTime()) / DAY_MS);
  if (days >= WARN_DAYS) return [];
  return [finding("certificate-expires-soon", `${whose} expires in ${days} days, on ${day(validTo)}`, mend)];
}

function checkTrust({ service, host, problem }: CertificateFacts): Finding[] {
  // Of the time we speak by ourselves.
  if (problem === undefined || /EXPIRED|NOT_YET_VALID/.test(problem)) return [];
  const [code, mend]: [Code, string] = problem.includes("ALTNAME")
    ? ["certificate-other-host", `give ${host} a certificate for its own name`]
    : ["certificate-untrusted", MEND_TRUST[service]];
  return [finding(code, `the certificate of ${service} at ${host} is not accepted (${problem})`, mend)];
}

const MEND_TRUST = {
  "Pocket ID":
    'for a private authority: `pulumi config set caCertificate -- "$(cat ca.pem)"` and `pulumi up` (browsers and apps must ' +
    "trust it too); otherwise serve the whole chain of a public one",
  oCIS:
    "put a proxy with a trusted certificate before oCIS, or give oCIS one (`tls` of the target); a private authority goes to the " +
    "stack with `pulumi config set caCertificate`, and to browsers and apps",
} as const;

const day = (date: Date) => date.toISOString().slice(0, 10);
