import { createRequire } from "node:module";
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
  const headStart = connection.provider === undefined ? 0 : HEAD_START_MS;
  const ocis = await fromTimer(headStart, () => {
    const { declareCompany } = load("./program/company") as typeof company;
    return declareCompany(connection);
  });
  // Each `up` prints these: no more than fits on a screen. The rest is printed by `ocis-pocket-id show`.
  const { ocisUrl, issuer, clientId, nativeClientIds, groupIds, deployment } = ocis;
  return { ocisUrl, issuer, clientId, nativeClientIds, groupIds, deployment };
}

/**
 * Calls a function a moment later, by a timer. The SDK writes the stack of each `new` into the state, and after an `await` its
 * own frames would be in there too: 200 bytes for each resource.
 */
function fromTimer<T>(milliseconds: number, declare: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    setTimeout(() => {
      try {
        resolve(declare());
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    }, milliseconds);
  });
}

export = program;
