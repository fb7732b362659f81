import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import type * as company from "./program/company";
import { stackConnection } from "./program/stack-connection";

/** Long enough for the registration of one resource to be on its way. */
const HEAD_START_MS = 50;

const load = createRequire(__filename);

/** One stack: a company's oCIS with Pocket ID logins, as its configuration says. Nothing here is bound to one stack. */
async function program() {
  const connection = stackConnection();
  // The engine starts its plugin for the connection, which takes longer than all else in a preview: let it begin, and
  // load the rest (half a second, most of it the SDK's) meanwhile.
  if (connection.provider !== undefined) await sleep(HEAD_START_MS);
  const { declareCompany } = load("./program/company") as typeof company;
  const {
    ocisUrl,
    issuer,
    clientId,
    groupIds,
    nativeClientIds,
    environment,
    contentSecurityPolicy,
    deployment,
  } = declareCompany(connection);
  return {
    ocisUrl,
    issuer,
    clientId,
    groupIds,
    nativeClientIds,
    environment,
    contentSecurityPolicy,
    deployment,
  };
}

export = program;
