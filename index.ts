import { OcisWithPocketId } from "@ocis-pocket-id/components";
import { PocketIdProvider } from "@ocis-pocket-id/providers";
import { readStack } from "ocis-pocket-id/program";

/** One stack: a company's oCIS with Pocket ID logins, as its configuration describes it. */
function program() {
  const { args, connection } = readStack();
  const pocketId = new PocketIdProvider("pocket-id", connection);
  const ocis = new OcisWithPocketId("ocis", args, { providers: [pocketId] });
  // `up` prints these outputs, few enough for one screen. `ocis-pocket-id show` prints the rest.
  const { ocisUrl, issuer, clientId, nativeClientIds, groupIds, deployment } = ocis;
  return { ocisUrl, issuer, clientId, nativeClientIds, groupIds, deployment };
}

export = program;
