/** The whole program of somebody who describes a company by configuration only, without running it. */
import { findEngine } from "ocis-pocket-id/engine";
import { declareCompany } from "ocis-pocket-id/program";

export function program() {
  const { ocisUrl, deployment } = declareCompany();
  return { ocisUrl, deployment };
}

console.log([typeof program, typeof declareCompany, typeof findEngine].join());
