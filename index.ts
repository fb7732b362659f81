import { declareCompany } from "ocis-pocket-id/program";

/** One stack: a company's oCIS with Pocket ID logins, as its configuration describes it. */
function program() {
  const company = declareCompany();
  // Each `up` prints these: no more than fits on a screen. `ocis-pocket-id show` prints the rest.
  const { ocisUrl, issuer, clientId, nativeClientIds, groupIds, deployment, pocketId } = company;
  return { ocisUrl, issuer, clientId, nativeClientIds, groupIds, deployment, ...pocketId };
}

export = program;
