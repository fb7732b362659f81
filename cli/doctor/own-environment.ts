import { ocisEnvironment } from "@ocis-pocket-id/components";

type Variables = Readonly<Record<string, string>>;

/** What state has of an oCIS, from which its variables follow. */
export interface OwnFacts {
  readonly ocisUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly claimKey: string;
}

/**
 * The variables of an oCIS as this package sets them, without those that a program adds or overrides.
 *
 * @param facts undefined for a program that uses a target alone: then an address with only scheme and host counts as ours
 * @param set the variables that state has, the program's own included
 */
export function ownEnvironment(facts: OwnFacts | undefined, set: Variables): Variables {
  const { OCIS_URL: ocisUrl = "", OCIS_OIDC_ISSUER: issuer = "" } = set;
  const alone = { ocisUrl: originOf(ocisUrl), issuer: originOf(issuer), clientId: "", claimKey: "" };
  return ocisEnvironment({
    ...(facts ?? alone),
    // State has these nowhere else, and each has two values only.
    tls: set["PROXY_TLS"] === "true",
    identityClaim: set["PROXY_USER_OIDC_CLAIM"] === "sub" ? "sub" : "preferred_username",
  });
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : "");
