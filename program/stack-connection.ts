import { deploymentHosts, hostProblems } from "@ocis-pocket-id/components/hosts";
import {
  CONNECTION_KEYS,
  connectionProblem,
  isConfigSecret,
  PocketIdProvider,
  storedKeyProblem,
} from "@ocis-pocket-id/providers/connection";
import { Config } from "@pulumi/pulumi/config";
import { getConfig } from "@pulumi/pulumi/runtime/config";
import { optional } from "./optional";

/** While a problem keeps the real address from being known; in no message. */
const ANY_POCKET_ID = "https://pocket-id.invalid";

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
  const ofKeys = [...KINDS].flatMap(([key, { isValid, rule }]) => {
    const text = getConfig(key);
    return text === undefined || text === "" || isValid(text) ? [] : [{ field: key, message: rule }];
  });
  const hasProblem = (key: string) => ofKeys.some(({ field }) => field === key);
  const problem = connectionProblem((key) => {
    if (hasProblem(key)) return undefined;
    return key === CONNECTION_KEYS.url ? (url ?? ANY_POCKET_ID) : getConfig(key);
  })?.replace(ANY_POCKET_ID, "Pocket ID");
  const problems = [
    ...ofKeys,
    ...problemOf("pocketid", problem),
    ...problemOf(CONNECTION_KEYS.apiKey, storedKeyProblem()),
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

interface Kind {
  readonly isValid: (text: string) => boolean;
  /** What is wrong with any other text. */
  readonly rule: string;
}

const FLAG: Kind = { isValid: (text) => text === "true" || text === "false", rule: "must be true or false" };

/** Keys that are no texts; the SDK's own error for them has a stack trace. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  [CONNECTION_KEYS.apiKeyFromEnvironment, FLAG],
  [CONNECTION_KEYS.insecureHttp, FLAG],
  [
    CONNECTION_KEYS.timeoutSeconds,
    {
      isValid: (text) => Number(text) > 0 && Number(text) <= 3_600,
      rule: "must be a number of seconds from 1 to 3600",
    },
  ],
]);

const problemOf = (field: string, message: string | undefined) =>
  message === undefined ? [] : [{ field, message }];

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
