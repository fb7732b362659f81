import { shown } from "@ocis-pocket-id/providers/core";
import { type Finding, finding } from "../finding";
import type { Overridden, Subject } from "../../stacks/subject";

/** Finds variables that the program overrides. @param showValues whether their values are printed */
export function checkEnvironment(overridden: readonly Overridden[], showValues: boolean): Finding[] {
  return overridden.map(({ name, ours, value }) => {
    const values = showValues && value !== undefined ? `: ${shown(value)} instead of '${ours}'` : "";
    const what = `the stack overrides ${name}${values}`;
    return finding("environment-overridden", what);
  });
}

/** What an oCIS needs in its environment for every login. */
type Login = Pick<Subject, "issuer" | "claimKey">;

/**
 * Finds settings of oCIS with which every login fails. Values aren't printed, because they can be secrets.
 *
 * @param where `the stack's environment`
 */
export function checkLoginSettings(
  variables: Readonly<Record<string, string>>,
  { issuer, claimKey }: Login,
  where: string,
  fix: string,
): Finding[] {
  const expected: Readonly<Record<string, string | undefined>> = {
    PROXY_OIDC_ISSUER: issuer,
    OCIS_OIDC_ISSUER: variables["PROXY_OIDC_ISSUER"] === undefined ? issuer : undefined,
    PROXY_ROLE_ASSIGNMENT_DRIVER: "oidc",
    PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM: claimKey,
  };
  const wrong = Object.entries(expected)
    .filter(([name, value]) => value !== undefined && (variables[name] ?? value) !== value)
    .map(([name, value]) => `${name} isn't '${value ?? ""}'`);
  const skipped = variables["PROXY_OIDC_SKIP_USER_INFO"] ?? "";
  // The values that Go's strconv.ParseBool reads as true.
  if (/^(1|t|T|true|TRUE|True)$/.test(skipped)) wrong.push("PROXY_OIDC_SKIP_USER_INFO is true");
  return wrong.map((what) => finding("environment-breaks-logins", `in ${where} ${what}`, fix));
}
