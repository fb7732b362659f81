import { described } from "../collect/ask";
import type { Code } from "../codes";
import type { Answer, DiscoveryFacts } from "../facts";
import { type Finding, finding } from "../finding";

/** Does Pocket ID call itself what oCIS was told, letter by letter, and send browsers to itself? */
export function checkIssuer(
  configured: string,
  discovery: DiscoveryFacts | undefined,
  answer: Answer,
): Finding[] {
  if (discovery === undefined) {
    const what = `${configured} gives no discovery document (${described(answer)})`;
    const fix = "let the issuer's address lead to Pocket ID: its DNS name, and the proxy before it";
    return [finding("issuer-unreachable", what, fix)];
  }
  return [...checkName(configured, discovery.issuer), ...checkEndpoints(configured, discovery)];
}

function checkName(configured: string, actual: string): Finding[] {
  if (configured === actual) return [];
  const what = `oCIS was told the issuer '${configured}', but Pocket ID calls itself '${actual}'`;
  const fix = `set APP_URL of Pocket ID to ${configured} and restart it, or run \`pulumi config set issuer ${actual}\` and \`pulumi up\``;
  return [finding(difference(configured, actual), what, fix)];
}

/** The smallest difference that explains it: a final slash, the case, the scheme, or anything. */
function difference(a: string, b: string): Code {
  const slashless = (text: string) => text.replace(/\/+$/, "");
  const schemeless = (text: string) => text.replace(/^https?:/i, "");
  if (slashless(a) === slashless(b)) return "issuer-slash";
  if (a.toLowerCase() === b.toLowerCase()) return "issuer-case";
  if (schemeless(a) === schemeless(b)) return "issuer-scheme";
  return "issuer-differs";
}

function checkEndpoints(configured: string, { issuer, endpoints }: DiscoveryFacts): Finding[] {
  // Whichever of the two is right: an endpoint at neither is a matter of its own.
  const origins = [configured, issuer].flatMap((url) => (URL.canParse(url) ? [new URL(url).origin] : []));
  return Object.entries(endpoints)
    .filter(([, url]) => !origins.includes(new URL(url).origin))
    .map(([endpoint, url]) => {
      const what = `Pocket ID names its ${endpoint} as ${url}, which is not at the issuer ${issuer}`;
      const fix = "take INTERNAL_APP_URL out of Pocket ID's environment, and restart it";
      return finding("endpoint-elsewhere", what, fix);
    });
}
