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

const FIX = {
  unconfigured: "set what is missing with `pulumi config set`, then run `pulumi up`",
  unreachable: "start Pocket ID, or mend `pocketid:url`, its DNS name, the proxy before it, or the firewall",
  unexpected: "correct the address with `pulumi config set pocketid:url https://pocket-id.company.com`",
  intercepted:
    "let /api pass the proxy, firewall or login page that stands before Pocket ID, or set pocketid:url to an address that leads " +
    "straight to it",
  "too-old": "upgrade Pocket ID",
  refused:
    "make a key in Pocket ID under Settings > API Keys, run `pulumi config set --secret pocketid:apiKey`, then `pulumi up`",
  "no-admin":
    "make a key as an admin of Pocket ID, run `pulumi config set --secret pocketid:apiKey`, then `pulumi up`",
} as const;

/** Is Pocket ID there, of a version that is known, and the key an admin's? */
export function checkPocketId(facts: ApiFacts): Finding[] {
  if (facts.kind === "ok") return checkVersion(facts.version);
  return [finding(CODE_OF[facts.kind], firstSentence(facts.reason), FIX[facts.kind])];
}

/** Of a key that was set without --secret, and got into state like that. */
export const KEY_IN_CLEAR = finding(
  "key-in-clear",
  "the API key is in clear in the stack's state",
  "make a new key in Pocket ID under Administration > API Keys, run `pulumi config set --secret pocketid:apiKey`, then " +
    "`pulumi up`, and delete the old key in Pocket ID",
);

function checkVersion(version: string): Finding[] {
  const findings: Finding[] = [];
  const untried = tooNew(version);
  if (untried !== undefined) {
    const what = untried.replace(/^warning: /, "");
    findings.push(finding("pocket-id-untried", what, "look for a newer version of this package"));
  }
  // Source: pocket-id/pocket-id#1469, mended by 2.7.0.
  if (/^v?\d/.test(version) && isAtLeast(version, "2.6") && !isAtLeast(version, "2.7")) {
    const what = `this is Pocket ID ${version}`;
    findings.push(finding("pocket-id-refuses-desktop", what, "upgrade Pocket ID to 2.7 or later"));
  }
  return findings;
}

/** The errors end in advice of their own; here that is the part of the finding that mends. */
function firstSentence(message: string): string {
  return message.replace(
    /\. (The API key is wrong|For a private authority|Renew the certificate|Is this the address).*$/s,
    "",
  );
}
