import { described } from "../collect/ask";
import type { Code } from "../codes";
import type { Answer, DiscoveryFacts } from "../facts";
import { type Finding, finding } from "../finding";

/** Checks that Pocket ID has exactly the issuer that oCIS has, and sends browsers to itself. */
export function checkIssuer(
  configured: string,
  discovery: DiscoveryFacts | undefined,
  answer: Answer,
): Finding[] {
  if (discovery === undefined) {
    const what = `${configured} has no discovery document (${described(answer)})`;
    return [finding("issuer-unreachable", what)];
  }
  return [...checkName(configured, discovery.issuer), ...checkEndpoints(configured, discovery)];
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

function checkEndpoints(configured: string, { issuer, endpoints }: DiscoveryFacts): Finding[] {
  // Either can be right: only an endpoint at neither is a finding of its own.
  const origins = [configured, issuer].flatMap((url) => (URL.canParse(url) ? [new URL(url).origin] : []));
  return Object.entries(endpoints)
    .filter(([, url]) => !origins.includes(new URL(url).origin))
    .map(([endpoint, url]) => {
      const what = `Pocket ID's ${endpoint} is ${url}, outside the issuer ${issuer}`;
      return finding("endpoint-elsewhere", what);
    });
}
