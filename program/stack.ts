import {
  argumentProblems,
  deploymentHosts,
  hostProblems,
  type OcisWithPocketIdArgs,
} from "@ocis-pocket-id/components";
import {
  CONNECTION_KEYS,
  connectionProblem,
  isConfigSecret,
  type PocketIdProviderArgs,
  ProgramError,
  storedKeyProblem,
} from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { componentArgs, defined } from "./component-args";
import {
  type Configuration,
  type ConfigurationProblem,
  describeProblems,
  readConfiguration,
} from "./configuration";
import type { StackConfiguration } from "./keys";

/** What a stack's configuration declares. */
export interface Stack {
  /** The company's oCIS. */
  readonly args: OcisWithPocketIdArgs;
  /** The connection to its Pocket ID. */
  readonly connection: PocketIdProviderArgs;
}

/**
 * Reads and checks the configuration of the running stack.
 *
 * @throws ProgramError with a line for each problem of the configuration
 */
export function readStack(): Stack {
  const configuration = readConfiguration();
  const { stack, connection, secretKeys } = configuration;
  const ofArguments = argumentProblems(componentArgs(stack));
  const url = connection.url ?? pocketIdUrl(stack);
  const problems = [...configuration.problems, ...ofArguments, ...connectionProblems(configuration, url)];
  if (problems.length > 0 || url === undefined) {
    throw new ProgramError(describeProblems(problems, secretKeys));
  }
  const { caCertificate = stack.caCertificate, ...others } = connection;
  const isSecretCertificate =
    connection.caCertificate === undefined
      ? secretKeys.has("caCertificate")
      : isConfigSecret(CONNECTION_KEYS.caCertificate);
  return {
    args: componentArgs(stack, secretKeys),
    connection: defined({
      ...others,
      url,
      apiKey: connection.apiKey === undefined ? undefined : pulumi.secret(connection.apiKey),
      caCertificate:
        caCertificate !== undefined && isSecretCertificate ? pulumi.secret(caCertificate) : caCertificate,
    }),
  };
}

/** Pocket ID's address by the stack's hosts; undefined if these have a problem. */
function pocketIdUrl({ domain, ocisHost, pocketIdHost, issuer }: StackConfiguration): string | undefined {
  const hosts = { domain, ocisHost, pocketIdHost, issuer };
  return hostProblems(hosts).length > 0 ? undefined : deploymentHosts(hosts).pocketIdUrl;
}

/** Stands in while another problem keeps the address from being known; never printed. */
const ANY_POCKET_ID = "https://pocket-id.invalid";

/** What is wrong with the connection as a whole, beside the form of its values. */
function connectionProblems({ connection }: Configuration, url: string | undefined): ConfigurationProblem[] {
  const values: Readonly<Record<string, string | number | boolean | undefined>> = {
    ...connection,
    url: url ?? ANY_POCKET_ID,
  };
  const message = connectionProblem((key) => {
    const value = values[key.replace("pocketid:", "")];
    return value === undefined ? undefined : String(value);
  })?.replace(ANY_POCKET_ID, "Pocket ID");
  const stored = storedKeyProblem();
  return [
    ...(message === undefined ? [] : [{ field: "pocketid", message }]),
    ...(stored === undefined ? [] : [{ field: CONNECTION_KEYS.apiKey, message: stored }]),
  ];
}
