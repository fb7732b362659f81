import type { CrossOriginFacts } from "../facts";
import { type Finding, finding } from "../finding";

const HEADER = "access-control-allow-origin";

/** Would a browser hand Pocket ID's answers to a page of oCIS? @param origin oCIS's */
export function checkCrossOrigin(facts: readonly CrossOriginFacts[], origin: string): Finding[] {
  const findings = facts.flatMap((fact) => checkOne(fact, origin));
  // The same endpoint is asked in two ways; one finding of a kind says it.
  const seen = new Set<string>();
  return findings.filter(({ code, what }) => {
    const key = `${code} ${what.split(" answers ")[0] ?? ""}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function checkOne({ endpoint, url, method, answer }: CrossOriginFacts, origin: string): Finding[] {
  const where = `Pocket ID's ${endpoint} ${url}`;
  if ("failure" in answer) {
    return [finding("cors-missing", `${where} answers nothing (${answer.failure})`, FIX_PROXY)];
  }
  const values = (answer.headers[HEADER] ?? "").split(",").map((value) => value.trim());
  const [value = ""] = values;
  if (values.length > 1) {
    const what = `${where} answers with ${values.length} values of Access-Control-Allow-Origin: ${values.join(", ")}`;
    return [finding("cors-doubled", what, FIX_DOUBLED)];
  }
  if (value === "")
    return [finding("cors-missing", `${where} answers without Access-Control-Allow-Origin`, FIX_PROXY)];
  if (value !== "*" && value !== origin) {
    const what = `${where} answers with Access-Control-Allow-Origin: ${value}, which is not ${origin}`;
    return [finding("cors-other-origin", what, FIX_PROXY)];
  }
  return method === "OPTIONS" ? checkPreflight(where, answer) : [];
}

function checkPreflight(
  where: string,
  { status, headers }: { status: number; headers: Readonly<Record<string, string>> },
): Finding[] {
  const allowed = (headers["access-control-allow-headers"] ?? "").toLowerCase().split(/\s*,\s*/);
  if (status < 200 || status > 299) {
    return [finding("cors-preflight", `${where} answers HTTP ${status} to a browser's OPTIONS`, FIX_PROXY)];
  }
  if (allowed.includes("authorization")) return [];
  const what = `${where} answers a browser's OPTIONS without allowing the header Authorization`;
  return [finding("cors-preflight", what, FIX_PROXY)];
}

const FIX_PROXY =
  "Pocket ID sends the right headers by itself since 1.2: let the proxy before it pass OPTIONS and these headers on as they are";

/** The lines are those of many a how-to; Pocket ID needs none of them since 0.53, and with both there are two values. */
const FIX_DOUBLED =
  "take the lines out of the proxy that add the header to Pocket ID's own: in nginx `add_header Access-Control-Allow-Origin ...` " +
  "(also Access-Control-Allow-Headers and -Methods) in the server or location of Pocket ID, then `nginx -s reload`. If one must " +
  "stay, put `proxy_hide_header Access-Control-Allow-Origin;` before it";
