import { ocisEnvironment } from "@ocis-pocket-id/components";

type Variables = Readonly<Record<string, string>>;

/** What state says of an oCIS, that its variables follow from. */
export interface OwnFacts {
  readonly ocisUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly claimKey: string;
}

/**
 * The variables of an oCIS as this package sets them by itself: what a program adds is not in it, and what it overrides has
 * another value.
 *
 * @param facts undefined for a program that uses a target alone: then an address is ours that has nothing but scheme and host
 * @param set the variables that state has, the program's own among them
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
