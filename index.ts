import { argumentProblems, deploymentHosts, OcisWithPocketId } from "@ocis-pocket-id/components";
import { PocketIdProvider, ProgramError } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { setTimeout as sleep } from "node:timers/promises";
import {
  componentArgs,
  connectionProblems,
  describeProblems,
  optional,
  readStackConfiguration,
} from "./stack-configuration";

/** Long enough for the registration of one resource to be on its way. */
const HEAD_START_MS = 50;

/** One stack: a company's oCIS with Pocket ID logins, as its configuration says. Nothing here is bound to one stack. */
async function program() {
  const { configuration, problems } = readStackConfiguration();
  const args = componentArgs(configuration);
  const connection = new pulumi.Config("pocketid");
  const found = [...problems, ...argumentProblems(args)];
  const url = connection.get("url") ?? (found.length === 0 ? deploymentHosts(args).pocketIdUrl : undefined);
  const all = [...found, ...connectionProblems(url)];
  if (all.length > 0) throw new ProgramError(describeProblems(all));

  const pocketId = new PocketIdProvider("pocket-id", {
    ...optional("url", url),
    ...optional("apiKey", connection.getSecret("apiKey")),
    ...optional("apiKeyFromEnvironment", connection.getBoolean("apiKeyFromEnvironment")),
    ...optional("timeoutSeconds", connection.getNumber("timeoutSeconds")),
    ...optional("caCertificate", connection.get("caCertificate") ?? configuration.caCertificate),
    ...optional("insecureHttp", connection.getBoolean("insecureHttp")),
  });
  // The engine starts its plugin for the connection, which takes longer than all else in a preview: let it begin, and
  // declare the rest meanwhile.
  await sleep(HEAD_START_MS);
  const ocis = new OcisWithPocketId("ocis", args, { providers: [pocketId] });
  const {
    ocisUrl,
    issuer,
    clientId,
    groupIds,
    nativeClientIds,
    environment,
    contentSecurityPolicy,
    deployment,
  } = ocis;
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
