import { shown } from "@ocis-pocket-id/providers/core";
import { type Finding, finding } from "../finding";
import type { Overridden } from "../subject";

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
