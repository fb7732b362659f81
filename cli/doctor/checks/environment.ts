import { shown } from "@ocis-pocket-id/providers/core";
import { type Finding, finding } from "../finding";
import type { Overridden, Subject } from "../../stacks/subject";

/** Does the program give oCIS other values than this package would? @param showValues whether they are printed */
export function checkEnvironment(overridden: readonly Overridden[], showValues: boolean): Finding[] {
  return overridden.map(({ name, ours, value }) => {
    const values = showValues && value !== undefined ? `: ${shown(value)} instead of '${ours}'` : "";
    const what = `the stack gives ${name} another value than this package does${values}`;
    return finding("environment-overridden", what, ADVICE);
  });
}

const ADVICE =
  "if a login fails for it, take the variable out of `overrideEnvironment` of the stack, then run `pulumi up`";

/** What the environment of an oCIS decides for every login. */
type Login = Pick<Subject, "issuer" | "claimKey">;

/**
 * Does oCIS have settings with which no login works, under whatever name? Values that a secret may be are not printed.
 *
 * @param where whose environment it is: `the stack`
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
    .map(([name, value]) => `${name} is not '${value ?? ""}'`);
  const skipped = variables["PROXY_OIDC_SKIP_USER_INFO"] ?? "";
  // What Go's strconv.ParseBool takes for true.
  if (/^(1|t|T|true|TRUE|True)$/.test(skipped)) wrong.push("PROXY_OIDC_SKIP_USER_INFO is true");
  return wrong.map((what) => finding("environment-breaks-logins", `in ${where} ${what}`, fix));
}
