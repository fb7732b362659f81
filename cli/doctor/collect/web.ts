import type {
  Answer,
  CertificateFacts,
  ClockFacts,
  CrossOriginFacts,
  DiscoveryFacts,
  Endpoint,
  OcisFacts,
} from "../facts";
import { ask, objectIn } from "./ask";
import { certificateOf } from "./certificate";
import { clockOf } from "./clocks";

/** What is visible of both services without a key. */
export interface WebFacts {
  readonly certificates: readonly CertificateFacts[];
  readonly clocks: readonly ClockFacts[];
  /** Pocket ID's discovery document at the issuer's URL, and the whole answer. */
  readonly discovery: DiscoveryFacts | undefined;
  readonly discoveryAnswer: Answer;
  readonly crossOrigin: readonly CrossOriginFacts[];
  readonly ocis: OcisFacts;
}

/** URLs to check. */
export interface Addresses {
  readonly issuer: string;
  readonly ocisUrl: string;
  /** URL of the API; undefined if the stack has none. */
  readonly apiUrl: string | undefined;
  /** PEM of the private authority that signed the certificates. */
  readonly authority: string | undefined;
}

const DISCOVERY = "/.well-known/openid-configuration";

export async function collectWeb(addresses: Addresses): Promise<WebFacts> {
  const [certificates, pocketId, ocis] = await Promise.all([
    collectCertificates(addresses),
    collectDiscovery(addresses),
    collectOcis(addresses),
  ]);
  const clocks = [...clockOf("Pocket ID", pocketId.discoveryAnswer), ...clockOf("oCIS", ocis.front)];
  return { certificates, clocks, ...pocketId, ocis };
}

async function collectCertificates({ issuer, apiUrl, ocisUrl, authority }: Addresses) {
  const issuerOrigin = new URL(issuer).origin;
  const apiOrigin = apiUrl === undefined ? issuerOrigin : new URL(apiUrl).origin;
  const all = await Promise.all([
    ...[...new Set([issuerOrigin, apiOrigin])].map((url) => certificateOf("Pocket ID", url, authority)),
    certificateOf("oCIS", ocisUrl, authority),
  ]);
  return all.filter((facts) => facts !== undefined);
}

async function collectDiscovery({ issuer, ocisUrl }: Addresses) {
  const url = `${issuer.replace(/\/+$/, "")}${DISCOVERY}`;
  const origin = new URL(ocisUrl).origin;
  const discoveryAnswer = await ask(url, "GET", { Origin: origin });
  const discovery = discoveryIn(discoveryAnswer);
  const seen: CrossOriginFacts = {
    endpoint: "discovery document",
    url,
    method: "GET",
    answer: discoveryAnswer,
  };
  if (discovery === undefined) return { discovery, discoveryAnswer, crossOrigin: [] };
  return { discovery, discoveryAnswer, crossOrigin: [seen, ...(await askAcross(discovery, origin))] };
}

function discoveryIn(answer: Answer): DiscoveryFacts | undefined {
  const document = objectIn(answer);
  const text = (name: string) => {
    const value = document?.[name];
    return typeof value === "string" && URL.canParse(value) ? value : undefined;
  };
  const issuer = document?.["issuer"];
  if (typeof issuer !== "string") return undefined;
  const endpoints = {
    "token endpoint": text("token_endpoint"),
    "userinfo endpoint": text("userinfo_endpoint"),
    "key set": text("jwks_uri"),
  };
  const known = Object.entries(endpoints).filter(
    (entry): entry is [Endpoint, string] => entry[1] !== undefined,
  );
  return { issuer, endpoints: Object.fromEntries(known) };
}

/**
 * A proxy can add its header to answers of some statuses only (nginx's `add_header` without `always`). So endpoints that refuse us
 * get both the preflight and the request of a browser.
 */
async function askAcross({ endpoints }: DiscoveryFacts, origin: string): Promise<CrossOriginFacts[]> {
  const preflight = (method: string) => ({
    Origin: origin,
    "Access-Control-Request-Method": method,
    "Access-Control-Request-Headers": "authorization",
  });
  const questions: [Endpoint, "GET" | "POST" | "OPTIONS", Record<string, string>][] = [
    ["key set", "GET", { Origin: origin }],
    ["token endpoint", "OPTIONS", preflight("POST")],
    ["token endpoint", "POST", { Origin: origin, "Content-Type": "application/x-www-form-urlencoded" }],
    ["userinfo endpoint", "OPTIONS", preflight("GET")],
    ["userinfo endpoint", "GET", { Origin: origin }],
  ];
  const asked = questions.map(async ([endpoint, method, headers]): Promise<CrossOriginFacts[]> => {
    const url = endpoints[endpoint];
    return url === undefined ? [] : [{ endpoint, url, method, answer: await ask(url, method, headers) }];
  });
  return (await Promise.all(asked)).flat();
}

async function collectOcis({ ocisUrl }: Addresses): Promise<OcisFacts> {
  const [front, discovery, configuration] = await Promise.all(
    ["/", DISCOVERY, "/config.json"].map((path) => ask(`${ocisUrl}${path}`)),
  );
  const none: Answer = { failure: "not asked" };
  return { front: front ?? none, discovery: discovery ?? none, configuration: configuration ?? none };
}
