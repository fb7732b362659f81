import type { Subject } from "../stacks/subject";
import { type Answer, ask, described, DISCOVERY, type Method, objectIn } from "./ask";
import type { Code } from "./codes";
import { type Finding, finding, onceEach } from "./finding";

/**
 * Checks that Pocket ID has exactly the issuer that oCIS has, sends browsers to itself, and lets them pass its answers to a page of
 * oCIS.
 *
 * @returns also the answer with the discovery document
 */
export async function checkDiscovery({ issuer: configured, ocisUrl }: Pick<Subject, "issuer" | "ocisUrl">) {
  const { origin } = new URL(ocisUrl);
  const url = `${configured.replace(/\/+$/, "")}${DISCOVERY}`;
  const answer = await ask(url, "GET", { Origin: origin });
  const document = objectIn(answer);
  const issuer = document?.["issuer"];
  if (typeof issuer !== "string") {
    const what = `${configured} has no discovery document (${described(answer)})`;
    return { answer, findings: [finding("issuer-unreachable", what)] };
  }
  const endpoints = endpointsIn(document ?? {}, origin);
  const reached = await Promise.all(endpoints.map((endpoint) => checkReach(endpoint, origin)));
  const findings = [
    ...checkName(configured, issuer),
    ...checkPlaces(configured, issuer, endpoints),
    ...checkAccess(`Pocket ID's discovery document ${url}`, "GET", answer, origin),
    ...reached.flat(),
  ];
  return { answer, findings };
}

function checkName(configured: string, actual: string): Finding[] {
  if (configured === actual) return [];
  const what = `oCIS has the issuer '${configured}', but Pocket ID's is '${actual}'`;
  const fix = `set APP_URL of Pocket ID to ${configured} and restart it, or run \`pulumi config set issuer ${actual}\` and \`pulumi up\``;
  return [finding(difference(configured, actual), what, fix)];
}

/** The smallest difference: a final slash, the case, the scheme, or any other. */
function difference(a: string, b: string): Code {
  const slashless = (text: string) => text.replace(/\/+$/, "");
  const schemeless = (text: string) => text.replace(/^https?:/i, "");
  if (slashless(a) === slashless(b)) return "issuer-slash";
  if (a.toLowerCase() === b.toLowerCase()) return "issuer-case";
  if (schemeless(a) === schemeless(b)) return "issuer-scheme";
  return "issuer-differs";
}

interface Endpoint {
  readonly name: string;
  readonly url: string;
  /** What a browser on a page of oCIS sends. */
  readonly requests: readonly (readonly [Method, Readonly<Record<string, string>>])[];
}

/**
 * What logins need of the discovery document. A proxy can add its header to answers of some statuses only (nginx's `add_header`
 * without `always`). So endpoints that refuse us get both the preflight and the request of a browser.
 */
function endpointsIn(document: Readonly<Record<string, unknown>>, origin: string): Endpoint[] {
  const get = ["GET", { Origin: origin }] as const;
  const form = { Origin: origin, "Content-Type": "application/x-www-form-urlencoded" };
  const preflight = (method: string) => {
    const asked = {
      "Access-Control-Request-Method": method,
      "Access-Control-Request-Headers": "authorization",
    };
    return ["OPTIONS", { Origin: origin, ...asked }] as const;
  };
  const endpoint = (name: string, url: unknown, ...requests: Endpoint["requests"]) =>
    typeof url === "string" && URL.canParse(url) ? [{ name, url, requests }] : [];
  return [
    ...endpoint("key set", document["jwks_uri"], get),
    ...endpoint("token endpoint", document["token_endpoint"], preflight("POST"), ["POST", form]),
    ...endpoint("userinfo endpoint", document["userinfo_endpoint"], preflight("GET"), get),
  ];
}

function checkPlaces(configured: string, issuer: string, endpoints: readonly Endpoint[]): Finding[] {
  // Either can be right: only an endpoint at neither is a finding of its own.
  const origins = [configured, issuer].flatMap((url) => (URL.canParse(url) ? [new URL(url).origin] : []));
  return endpoints
    .filter(({ url }) => !origins.includes(new URL(url).origin))
    .map(({ name, url }) =>
      finding("endpoint-elsewhere", `Pocket ID's ${name} is ${url}, outside the issuer ${issuer}`),
    );
}

async function checkReach({ name, url, requests }: Endpoint, origin: string): Promise<Finding[]> {
  const found = await Promise.all(
    requests.map(async ([method, headers]) =>
      checkAccess(`Pocket ID's ${name} ${url}`, method, await ask(url, method, headers), origin),
    ),
  );
  return onceEach(found.flat());
}

/** Checks that a browser passes an answer of Pocket ID to a page of oCIS. */
function checkAccess(where: string, method: Method, answer: Answer, origin: string): Finding[] {
  if ("failure" in answer) {
    return [finding("cors-missing", `${where} doesn't answer (${answer.failure})`)];
  }
  const { status, headers } = answer;
  const listed = (name: string) => (headers[name] ?? "").split(",").map((value) => value.trim());
  const [value = "", ...more] = listed("access-control-allow-origin");
  if (more.length > 0) {
    const values = `${more.length + 1} values of Access-Control-Allow-Origin: ${[value, ...more].join(", ")}`;
    return [finding("cors-doubled", `${where} answers with ${values}`)];
  }
  if (value === "") return [finding("cors-missing", `${where} answers without Access-Control-Allow-Origin`)];
  if (value !== "*" && value !== origin) {
    const what = `${where} answers with Access-Control-Allow-Origin: ${value}, not ${origin}`;
    return [finding("cors-other-origin", what)];
  }
  if (method !== "OPTIONS") return [];
  if (status < 200 || status > 299) {
    return [finding("cors-preflight", `${where} answers HTTP ${status} to a browser's OPTIONS`)];
  }
  const allowed = listed("access-control-allow-headers").map((name) => name.toLowerCase());
  if (allowed.includes("authorization")) return [];
  const what = `${where} answers a browser's OPTIONS without allowing the header Authorization`;
  return [finding("cors-preflight", what)];
}
