import { isAtLeast, tooNew } from "@ocis-pocket-id/providers/pocket-id";
import type { ApiFacts } from "../facts";
import { type Finding, finding } from "../finding";

const CODE_OF = {
  unconfigured: "connection-incomplete",
  unreachable: "pocket-id-unreachable",
  unexpected: "pocket-id-unexpected",
  intercepted: "pocket-id-intercepted",
  "too-old": "pocket-id-too-old",
  refused: "key-refused",
  "no-admin": "key-not-admin",
} as const;

/** Checks that Pocket ID answers, that its version is supported, and that the key is an admin's. */
export function checkPocketId(facts: ApiFacts): Finding[] {
  if (facts.kind === "ok") return checkVersion(facts.version);
  return [finding(CODE_OF[facts.kind], firstSentence(facts.reason))];
}

function checkVersion(version: string): Finding[] {
  const findings: Finding[] = [];
  const untried = tooNew(version);
  if (untried !== undefined) {
    const what = untried.replace(/^warning: /, "");
    findings.push(finding("pocket-id-untried", what));
  }
  // Source: pocket-id/pocket-id#1469, fixed in 2.7.0.
  if (/^v?\d/.test(version) && isAtLeast(version, "2.6") && !isAtLeast(version, "2.7")) {
    findings.push(finding("pocket-id-refuses-desktop", `this is Pocket ID ${version}`));
  }
  return findings;
}

/** The errors end with a fix of their own; a finding has it separately. */
function firstSentence(message: string): string {
  return message.replace(
    /\. (The API key is wrong|For a private authority|Renew the certificate|Is this the address).*$/s,
    "",
  );
}

/** Checks that people can't change the username by which oCIS identifies them. */
export function checkIdentityClaim(
  identityClaim: string | undefined,
  ownAccountEdit: boolean | undefined,
): Finding[] {
  if (identityClaim !== "preferred_username" || ownAccountEdit !== true) return [];
  const what =
    "oCIS identifies people by preferred_username, and Pocket ID lets them change their own username";
  return [finding("identity-changeable", what)];
}
