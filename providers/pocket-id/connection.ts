import { ConfigurationError } from "./errors";
import { isLoopback } from "./network";

/** How one Pocket ID is reached. Only the URL is ever printed. */
export interface Connection {
  /** Base URL without a final slash: `https://pocket-id.company.com`. */
  readonly url: string;
  readonly apiKey: string;
  /** Bound on each request, connecting included, in milliseconds. */
  readonly timeoutMs: number;
  /** PEM of the authority to trust beside the system's, for a private CA. */
  readonly caCertificate?: string;
}

/** The configuration keys of a connection: in a stack (`pulumi config set pocketid:url`) or on a PocketIdProvider. */
export const CONNECTION_KEYS = {
  url: "pocketid:url",
  apiKey: "pocketid:apiKey",
  apiKeyFromEnvironment: "pocketid:apiKeyFromEnvironment",
  timeoutSeconds: "pocketid:timeoutSeconds",
  caCertificate: "pocketid:caCertificate",
  insecureHttp: "pocketid:insecureHttp",
} as const;

/** Environment variables that are used if no server is configured. */
export const ENVIRONMENT_VARIABLES = { url: "POCKET_ID_URL", apiKey: "POCKET_ID_API_KEY" } as const;

const DEFAULT_TIMEOUT_SECONDS = 30;

/**
 * Reads the connection from configuration, or else from the environment.
 *
 * The environment's key belongs to the environment's server: it is used only when the URL comes from there too, names
 * the same server, or the configuration allows it. So no key ever goes to another company's server.
 *
 * @throws ConfigurationError that states what is missing and the command that fixes it.
 */
export function readConnection(
  configuration: (key: string) => string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Connection {
  const configured = (name: keyof typeof CONNECTION_KEYS) => nonEmpty(configuration(CONNECTION_KEYS[name]));
  const environmentUrl = nonEmpty(environment[ENVIRONMENT_VARIABLES.url]);
  const environmentKey = nonEmpty(environment[ENVIRONMENT_VARIABLES.apiKey]);
  const url = baseUrl(configured("url") ?? environmentUrl, configured("insecureHttp") === "true");
  const environmentKeyIsForThisServer =
    configured("url") === undefined ||
    environmentUrl?.replace(/\/+$/, "") === url ||
    configured("apiKeyFromEnvironment") === "true";
  const apiKey = configured("apiKey") ?? (environmentKeyIsForThisServer ? environmentKey : undefined);
  const fix = `run \`pulumi config set --secret ${CONNECTION_KEYS.apiKey}\``;
  if (apiKey === undefined && environmentKey === undefined) {
    throw new ConfigurationError(`no API key for ${url}: ${fix}`);
  }
  if (apiKey === undefined) {
    throw new ConfigurationError(
      `no API key for ${url}: ${fix} (${ENVIRONMENT_VARIABLES.apiKey} is set, but is only used together with ` +
        `${ENVIRONMENT_VARIABLES.url}, or after \`pulumi config set ${CONNECTION_KEYS.apiKeyFromEnvironment} true\`)`,
    );
  }
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new ConfigurationError(
      `the API key for ${url} has blanks or other characters that keys don't have: copy it again, then ${fix}`,
    );
  }
  const caCertificate = configured("caCertificate");
  const timeoutMs = timeoutSeconds(configured("timeoutSeconds")) * 1_000;
  return { url, apiKey, timeoutMs, ...(caCertificate === undefined ? {} : { caCertificate }) };
}

/** What keeps a connection from being made, in one line with the command that fixes it. No server is asked. */
export function connectionProblem(configuration: (key: string) => string | undefined): string | undefined {
  try {
    readConnection(configuration);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
}

function baseUrl(text: string | undefined, insecureHttp: boolean): string {
  const fix = `run \`pulumi config set ${CONNECTION_KEYS.url} https://pocket-id.company.com\``;
  if (text === undefined) throw new ConfigurationError(`Pocket ID's address is missing: ${fix}`);
  if (!URL.canParse(text)) throw new ConfigurationError(`'${text}' is not a URL: ${fix}`);
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new ConfigurationError(`'${text}' is not an https URL: ${fix}`);
  }
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw new ConfigurationError(
      `the address of Pocket ID must not have a name, password, query or fragment: ${fix}`,
    );
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname) && !insecureHttp) {
    throw new ConfigurationError(
      `'${text}' would send the API key in clear: use https, or confirm that the network is safe with ` +
        `\`pulumi config set ${CONNECTION_KEYS.insecureHttp} true\``,
    );
  }
  return url.href.replace(/\/+$/, "");
}

function timeoutSeconds(text: string | undefined): number {
  if (text === undefined) return DEFAULT_TIMEOUT_SECONDS;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0 && seconds <= 3_600) return seconds;
  throw new ConfigurationError(
    `${CONNECTION_KEYS.timeoutSeconds} is '${text}', but must be 1 to 3600 seconds`,
  );
}

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}
