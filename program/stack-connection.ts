import { deploymentHosts, hostProblems } from "@ocis-pocket-id/components/hosts";
import {
  CONNECTION_KEYS,
  isConfigSecret,
  PocketIdProvider,
  storedKeyProblem,
} from "@ocis-pocket-id/providers";
import { Config } from "@pulumi/pulumi/config";
import { getConfig } from "@pulumi/pulumi/runtime/config";
import { connectionProblems } from "./connection-problems";
import { optional } from "./optional";

/** The Pocket ID of a stack. */
export interface StackConnection {
  /** Undefined when the configuration has a problem. */
  readonly provider?: PocketIdProvider;
  /** What keeps Pocket ID from being asked; empty too when it only is that the hosts have a problem. */
  readonly problems: readonly { readonly field: string; readonly message: string }[];
}

/** Declares the connection to the Pocket ID that the stack names, by `pocketid:url` or by its hosts. */
export function stackConnection(): StackConnection {
  const connection = new Config("pocketid");
  const url = connection.get("url") ?? urlByHosts();
  const stored = storedKeyProblem();
  const problems = [
    ...connectionProblems(url, getConfig),
    ...(stored === undefined ? [] : [{ field: CONNECTION_KEYS.apiKey, message: stored }]),
  ];
  if (problems.length > 0 || url === undefined) return { problems };
  const provider = new PocketIdProvider("pocket-id", {
    url,
    ...optional("apiKey", connection.getSecret("apiKey")),
    ...optional("apiKeyFromEnvironment", connection.getBoolean("apiKeyFromEnvironment")),
    ...optional("timeoutSeconds", connection.getNumber("timeoutSeconds")),
    ...optional("caCertificate", keptAsStored("pocketid") ?? keptAsStored()),
    ...optional("insecureHttp", connection.getBoolean("insecureHttp")),
  });
  return { provider, problems };
}

/** The authority's certificate of one part of the configuration; a secret only if it is stored as one. */
function keptAsStored(namespace?: string) {
  const config = new Config(namespace);
  return isConfigSecret(`${config.name}:caCertificate`)
    ? config.getSecret("caCertificate")
    : config.get("caCertificate");
}

/** Undefined when the hosts have a problem, which is said with all others. */
function urlByHosts(): string | undefined {
  const config = new Config();
  const hosts = {
    domain: config.get("domain"),
    ocisHost: config.get("ocisHost"),
    pocketIdHost: config.get("pocketIdHost"),
    issuer: config.get("issuer"),
  };
  return hostProblems(hosts).length > 0 ? undefined : deploymentHosts(hosts).pocketIdUrl;
}
