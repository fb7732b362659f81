import { declareCompany, inOwnTurn } from "ocis-pocket-id/program";

/** One stack: a company's oCIS with Pocket ID logins, as its configuration describes it. */
function company() {
  // Each `up` prints these: no more than fits on a screen. `ocis-pocket-id show` prints the rest.
  const { ocisUrl, issuer, clientId, nativeClientIds, groupIds, deployment, pocketId } = declareCompany();
  return { ocisUrl, issuer, clientId, nativeClientIds, groupIds, deployment, ...pocketId };
}

export = () => inOwnTurn(company);
