import { reasonIn, type Reasons } from "../text";
import type { Verdict } from "../waiting";

/** What oCIS answered when it was asked for its discovery document. */
export type Answer =
  | { readonly kind: "document"; readonly issuer: string }
  | { readonly kind: "http"; readonly status: number; readonly body: string }
  | { readonly kind: "none"; readonly reason: string };

/** What was seen of the container, and what oCIS answered. */
export interface Observation {
  /** Docker's word: `running`, `restarting`, `exited`; undefined if the container doesn't exist. */
  readonly status: string | undefined;
  readonly exitCode: number;
  readonly restarts: number;
  readonly outOfMemory: boolean;
  /** OCIS_OIDC_ISSUER of the container: whatever the program meant, oCIS holds tokens against this. */
  readonly told: string | undefined;
  /** Whether SELinux guards the Docker host; only looked at while the container is stopped. */
  readonly selinux: boolean;
  /** Undefined when it could not be asked. */
  readonly answer: Answer | undefined;
  /** The last lines of its log, newest last. */
  readonly log: readonly string[];
}

/** What a container must be like for logins to work. */
export interface Expectation {
  readonly container: string;
  readonly issuer: string;
  readonly tls: boolean;
}

/** Undefined when logins are possible. */
export function diagnose(seen: Observation, expected: Expectation): Verdict | undefined {
  if (seen.status === undefined) {
    return hopeless(`container '${expected.container}' is gone: run \`pulumi up --refresh\` to recreate it`);
  }
  const keepsStopping = seen.restarts >= 2 && seen.answer?.kind !== "document";
  if (seen.answer === undefined || keepsStopping) return ofStopped(seen);
  if (seen.answer.kind === "none") return ofNoAnswer(seen.answer.reason, expected);
  if (seen.answer.kind === "http") return ofHttp(seen.answer.status, seen.answer.body, seen.log, expected);
  const told = seen.told ?? expected.issuer;
  if (seen.answer.issuer === told) return undefined;
  return hopeless(
    `Pocket ID's issuer is '${seen.answer.issuer}', but oCIS expects '${told}': set the issuer to exactly Pocket ID's ` +
      "(scheme, host and final slash matter), or correct Pocket ID's APP_URL",
  );
}

const hopeless = (reason: string): Verdict => ({ reason, hopeless: true });
const passing = (reason: string): Verdict => ({ reason, hopeless: false });

function ofStopped({ exitCode, restarts, outOfMemory, selinux, log }: Observation): Verdict {
  const reasons = selinux ? { ...SELINUX_REASONS, ...STOP_REASONS } : STOP_REASONS;
  const reason = outOfMemory
    ? "it ran out of memory: raise limits.memory, or give its host more"
    : (newestReason(reasons, log) ?? "fix what its log says");
  // Between two restarts it runs for a moment, and Docker has forgotten the exit code.
  return restarts >= 2
    ? hopeless(`oCIS keeps stopping (${restarts} restarts): ${reason}`)
    : passing(`oCIS stopped with exit code ${exitCode}: ${reason}`);
}

function ofNoAnswer(reason: string, { tls }: Expectation): Verdict {
  if (/neither curl nor wget/.test(reason)) {
    return hopeless(`${reason}: use an official image, or set readiness: false and check it yourself`);
  }
  if (tls && /wrong version|ssl|tls|handshake/i.test(reason)) {
    return hopeless(
      "oCIS serves plain http, although `tls` is set: remove PROXY_TLS from the extra environment",
    );
  }
  return passing(`oCIS doesn't answer yet (${reason})`);
}

function ofHttp(status: number, body: string, log: readonly string[], { tls }: Expectation): Verdict {
  if (status === 400 && !tls && (body === "" || /HTTPS server|400/.test(body))) {
    return hopeless(
      "oCIS serves https, although `tls` is off (a client that sends http gets 400): set tls: true, or remove PROXY_TLS from " +
        "the extra environment",
    );
  }
  if (status < 500) {
    return passing(
      `oCIS answers HTTP ${status} instead of Pocket ID's discovery document: PROXY_OIDC_REWRITE_WELLKNOWN must be true`,
    );
  }
  const untrusted = newestReason(CERTIFICATE_REASONS, log);
  if (untrusted !== undefined) return hopeless(untrusted);
  const unreachable = newestReason(NETWORK_REASONS, log);
  return passing(
    unreachable ??
      `oCIS can't get Pocket ID's discovery document (HTTP ${status}): check that Pocket ID is running`,
  );
}

/** Goes before the other reasons; spelt in another way than theirs, so that neither replaces the other. */
const SELINUX_REASONS: Reasons = {
  "Permission denied":
    "SELinux on the Docker host denies it access to its files: set selinuxRelabel to z (or relabel them with `chcon -t container_file_t`)",
};

const STOP_REASONS: Reasons = {
  "csp.yaml.*is a directory|is a directory.*csp.yaml":
    "csp.yaml is a folder on the Docker host, because Docker creates one for a file that it can't find: remove the folder, and set " +
    "cspDelivery to upload if Docker is not on this machine",
  "csp.yaml.*permission denied|permission denied.*csp.yaml":
    "csp.yaml on the Docker host can't be read by uid 1000: let everyone read it and enter the folders above it, or set " +
    "cspDelivery to upload",
  "Failed to load CSP configuration": "it could not use csp.yaml: correct contentSecurityPolicy",
  "(ocis|opencloud) init --diff":
    "its ocis.yaml lacks a setting of this version: run `ocis init --diff` on its config volume and apply ocis.config.patch",
  "(xattr|extended attribute).*not supported|not supported.*(xattr|extended attribute)":
    "the file system of its data has no extended attributes: use a local disk, or NFS 4.2 or later",
  "(ocis|opencloud) init failed": "`ocis init` failed on first start",
  "permission denied": "its volumes are not writable for the image's user (uid 1000): chown them",
  "no space left on device": "the disk of its volumes is full",
};

const CERTIFICATE_REASONS: Reasons = {
  "signed by unknown authority":
    "oCIS doesn't trust Pocket ID's certificate (signed by unknown authority): set caCertificate to that " +
    "authority's PEM text",
  "x509: certificate has expired": "oCIS doesn't trust Pocket ID's certificate: it has expired; renew it",
  "x509: certificate is (not )?valid for":
    "oCIS doesn't trust Pocket ID's certificate: it is for another host name",
};

const FIX_NETWORK = "check that it's running, and `extraHosts` (in Docker also `networks`)";

const NETWORK_REASONS: Reasons = {
  "(com.owncloud|eu.opencloud).web.idp":
    "oCIS looks for its own identity provider, which isn't running: PROXY_OIDC_REWRITE_WELLKNOWN must be true",
  "no such host|server misbehaving": `oCIS can't resolve the host name of Pocket ID: ${FIX_NETWORK}`,
  "connection refused|no route to host|network is unreachable": `oCIS can't connect to Pocket ID: ${FIX_NETWORK}`,
  "i/o timeout|deadline exceeded|Client.Timeout": `Pocket ID doesn't answer oCIS: ${FIX_NETWORK}`,
  "server gave HTTP response to HTTPS client":
    "Pocket ID serves plain http, but the issuer has https: put a TLS proxy in front of it",
};

/** The reason for the newest line that says one. */
function newestReason(reasons: Reasons, log: readonly string[]): string | undefined {
  const line = log.findLast((one) => reasonIn(reasons, one) !== undefined);
  return line && reasonIn(reasons, line);
}
