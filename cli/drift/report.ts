import builder from "junit-report-builder";
import { coloursOf, table } from "../output";
import { driftIn, type Finding, type StackReport } from "./finding";

/** The report at a terminal: for each stack the changes, then the commands that fix them. */
export function reportText(reports: readonly StackReport[]): string {
  return reports.map((report) => `${stackText(report)}\n`).join("\n");
}

function stackText(report: StackReport): string {
  const { bold, red, yellow, dim } = coloursOf(process.stdout);
  const { stack, findings, errors } = report;
  const tableOf = (title: string, some: readonly Finding[], paint: (text: string) => string) =>
    some.length === 0
      ? []
      : [
          table(
            ["Object", title],
            some.map(({ object, change }) => [paint(object), change]),
          ),
          ...fixLines(some),
        ];
  const unmanaged = findings.filter(({ kind }) => kind === "unmanaged");
  return [
    `${bold(stack)}: ${resultText(report)}`,
    ...errors.map((error) => `  ${red("error:")} ${error}`),
    ...tableOf("Changed by hand", driftIn(findings), yellow),
    ...tableOf("Looks like ours", unmanaged, dim),
  ].join("\n");
}

/** `2 changes by hand, 1 unmanaged object (22 objects checked)`. */
export function resultText({ objects, findings, errors }: StackReport): string {
  const drift = driftIn(findings).length;
  const unmanaged = findings.length - drift;
  const parts = [
    drift === 0 ? "no drift" : `${counted(drift, "change")} by hand`,
    ...(unmanaged === 0 ? [] : [counted(unmanaged, "unmanaged object")]),
    ...(errors.length === 0 ? [] : ["not everything could be checked"]),
  ];
  return `${parts.join(", ")} (${counted(objects, "object")} checked)`;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Each command once, with the objects that it fixes. The one for the most objects comes last, and for all the rest. */
function fixLines(findings: readonly Finding[]): string[] {
  const objects = new Map<string, Set<string>>();
  for (const { object, fix } of findings) objects.set(fix, (objects.get(fix) ?? new Set()).add(object));
  const [most, ...others] = [...objects].sort(([, a], [, b]) => b.size - a.size);
  if (most === undefined) return [];
  return [
    ...others.map(([fix, names]) => `  Fix for ${[...names].join(", ")}: ${fix}`),
    `  ${others.length === 0 ? "Fix:" : "Fix for the rest:"} ${most[0]}`,
  ];
}

/** A summary, for instance for a job of GitHub Actions. */
export function inMarkdown(project: string, reports: readonly StackReport[]): string {
  const lines = reports.map((report) => {
    const { stack, findings, errors } = report;
    const mark = errors.length > 0 ? "❌" : driftIn(findings).length > 0 ? "⚠️" : "✅";
    return row([mark, code(stack), resultText(report)]);
  });
  const details = reports.filter(({ findings, errors }) => findings.length + errors.length > 0);
  return [
    `## Drift of ${escaped(project)}`,
    "",
    row(["", "Stack", "Result"]),
    row(["---", "---", "---"]),
    ...lines,
    "",
    ...details.flatMap(stackInMarkdown),
  ].join("\n");
}

function stackInMarkdown({ stack, findings, errors }: StackReport): string[] {
  const rows = findings.map(({ kind, object, change, fix }) =>
    row([escaped(object), (kind === "unmanaged" ? "*unmanaged:* " : "") + escaped(change), escaped(fix)]),
  );
  return [
    `### ${escaped(stack)}`,
    "",
    ...errors.map((error) => `- **Error:** ${escaped(error)}`),
    ...(errors.length > 0 ? [""] : []),
    ...(rows.length > 0 ? [row(["Object", "Change", "Fix"]), row(["---", "---", "---"]), ...rows, ""] : []),
  ];
}

const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const code = (text: string) => `\`${text.replace(/[`|\n]/g, " ")}\``;

/** Names come from a server: they must not become a link, a tag or another cell. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .split("`")
    .map((part, index) => (index % 2 === 1 ? code(part) : part.replace(/[\\*_[\]<>|#!~]/g, "\\$&")))
    .join("");
}

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
