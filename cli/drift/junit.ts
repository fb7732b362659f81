import builder from "junit-report-builder";
import { writeFile } from "node:fs/promises";
import type { StackReport } from "./finding";

/** Writes JUnit XML: a suite for each stack, a failed case for each change by hand. */
export async function writeJunit(
  file: string,
  project: string,
  reports: readonly StackReport[],
  options: { readonly strict: boolean },
): Promise<void> {
  await writeFile(file, inJunit(project, reports, options));
}

export function inJunit(
  project: string,
  reports: readonly StackReport[],
  { strict }: { readonly strict: boolean },
): string {
  const report = builder.newBuilder();
  for (const { stack, objects, findings, errors } of reports) {
    const suite = report.testSuite().name(`${project}/${stack}`);
    for (const error of errors) {
      suite.testCase().className(stack).name("everything can be looked at").error(error, "error");
    }
    for (const { kind, object, field, change, mend } of findings) {
      const name = field === "" ? object : `${object}: ${field}`;
      const one = suite.testCase().className(stack).name(name);
      if (strict || kind !== "unmanaged") one.failure(`${object}: ${change}\nMend: ${mend}`, kind);
      else one.standardOutput(`${change}\n${mend}`);
    }
    // A suite without a case is shown by nothing.
    if (findings.length === 0 && errors.length === 0) {
      suite.testCase().className(stack).name(`${objects} objects are as they should be`);
    }
  }
  return report.build();
}
