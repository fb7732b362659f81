import builder from "junit-report-builder";
import type { StackReport } from "./finding";

/** JUnit XML: a suite for each stack, a failed case for each change by hand. */
export function inJunit(
  project: string,
  reports: readonly StackReport[],
  { strict }: { readonly strict: boolean },
): string {
  const report = builder.newBuilder();
  for (const { stack, objects, findings, errors } of reports) {
    const suite = report.testSuite().name(`${project}/${stack}`);
    for (const error of errors) {
      suite.testCase().className(stack).name("everything can be checked").error(error, "error");
    }
    for (const { kind, object, field, change, fix } of findings) {
      const name = field === "" ? object : `${object}: ${field}`;
      const one = suite.testCase().className(stack).name(name);
      if (strict || kind !== "unmanaged") one.failure(`${object}: ${change}\nFix: ${fix}`, kind);
      else one.standardOutput(`${change}\n${fix}`);
    }
    // Most tools don't show a suite without a case.
    if (findings.length === 0 && errors.length === 0) {
      suite.testCase().className(stack).name(`${objects} objects have no drift`);
    }
  }
  return report.build();
}
