import { driftIn, type StackReport } from "./finding";
import { resultText } from "./text";

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
