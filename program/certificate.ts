import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { Problem } from "@ocis-pocket-id/components";
import type { StackConfiguration } from "./keys";

/**
 * What browsers or the TLS proxy would refuse in a given certificate.
 *
 * @param hosts the public host names
 * @param isSecret whether the private key was set with --secret
 */
export function certificateProblems(
  { certificate, certificateKey, certificates }: StackConfiguration,
  hosts: readonly string[],
  isSecret: boolean,
): Problem[] {
  if (certificate === undefined && certificateKey === undefined) return [];
  const problem = (field: string, message: string) => [{ field, message }];
  if (certificate === undefined) return problem("certificate", "is missing, and certificateKey needs it");
  if (certificateKey === undefined) {
    return problem(
      "certificateKey",
      "is missing: run `cat privkey.pem | pulumi config set --secret certificateKey`",
    );
  }
  if (certificates !== undefined) {
    return problem("certificates", "has no effect with a certificate: run `pulumi config rm certificates`");
  }
  if (!isSecret) {
    const fix = "run `cat privkey.pem | pulumi config set --secret certificateKey`";
    return problem("certificateKey", `is stored in clear: ${fix}`);
  }
  const parsed = attempt(() => new X509Certificate(certificate));
  if (parsed === undefined) return problem("certificate", `isn't the text of a PEM file: ${SET}`);
  const key = attempt((): KeyObject => createPrivateKey(certificateKey));
  if (key === undefined) return problem("certificateKey", "isn't a private key without passphrase");
  if (!parsed.checkPrivateKey(key)) return problem("certificate", `doesn't belong to certificateKey: ${SET}`);
  const end = new Date(parsed.validTo);
  if (end.getTime() < Date.now()) {
    return problem("certificate", `expired on ${end.toISOString().slice(0, 10)}: renew it, and ${SET}`);
  }
  const names = parsed.subjectAltName?.replace(/DNS:/g, "") ?? "no host";
  return hosts
    .filter((host) => parsed.checkHost(host) === undefined)
    .flatMap((host) => problem("certificate", `is for ${names}, not for ${host}: ${SET}`));
}

const SET = "run `cat fullchain.pem | pulumi config set certificate`";

function attempt<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch {
    return undefined;
  }
}
