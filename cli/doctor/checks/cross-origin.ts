import type { CrossOriginFacts } from "../facts";
import { type Finding, finding } from "../finding";

const HEADER = "access-control-allow-origin";

/** Checks that a browser passes Pocket ID's answers to a page of oCIS. @param origin oCIS's */
export function checkCrossOrigin(facts: readonly CrossOriginFacts[], origin: string): Finding[] {
  const findings = facts.flatMap((fact) => checkOne(fact, origin));
  // The same endpoint is requested in two ways; one finding of a kind is enough.
  const seen = new Set<string>();
  return findings.filter(({ code, what }) => {
    const key = `${code} ${what.split(/ (?:answers|doesn't answer) /, 1)[0] ?? ""}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function checkOne({ endpoint, url, method, answer }: CrossOriginFacts, origin: string): Finding[] {
  const where = `Pocket ID's ${endpoint} ${url}`;
  if ("failure" in answer) {
    return [finding("cors-missing", `${where} doesn't answer (${answer.failure})`)];
  }
  const values = (answer.headers[HEADER] ?? "").split(",").map((value) => value.trim());
  const [value = ""] = values;
  if (values.length > 1) {
    const what = `${where} answers with ${values.length} values of Access-Control-Allow-Origin: ${values.join(", ")}`;
    return [finding("cors-doubled", what)];
  }
  if (value === "") return [finding("cors-missing", `${where} answers without Access-Control-Allow-Origin`)];
  if (value !== "*" && value !== origin) {
    const what = `${where} answers with Access-Control-Allow-Origin: ${value}, not ${origin}`;
    return [finding("cors-other-origin", what)];
  }
  return method === "OPTIONS" ? checkPreflight(where, answer) : [];
}

function checkPreflight(
  where: string,
  { status, headers }: { status: number; headers: Readonly<Record<string, string>> },
): Finding[] {
  const allowed = (headers["access-control-allow-headers"] ?? "").toLowerCase().split(/\s*,\s*/);
  if (status < 200 || status > 299) {
    return [finding("cors-preflight", `${where} answers HTTP ${status} to a browser's OPTIONS`)];
  }
  if (allowed.includes("authorization")) return [];
  const what = `${where} answers a browser's OPTIONS without allowing the header Authorization`;
  return [finding("cors-preflight", what)];
}
