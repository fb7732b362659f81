import { appendFile } from "node:fs/promises";
import type { Finding, StackReport } from "./finding";
import { summary } from "./text";

/** Appends a summary to a file, as job summaries of GitHub Actions are written. */
export async function appendMarkdown(
  file: string,
  project: string,
  reports: readonly StackReport[],
): Promise<void> {
  await appendFile(file, inMarkdown(project, reports));
}

export function inMarkdown(project: string, reports: readonly StackReport[]): string {
  const lines = reports.map(({ stack, objects, findings, errors }) => {
    const drift = findings.filter(({ kind }) => kind !== "unmanaged").length;
    return row([
      errors.length > 0 ? "❌" : drift > 0 ? "⚠️" : "✅",
      code(stack),
      summary(objects, drift, errors.length),
    ]);
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
  const rows = findings.map(({ kind, object, change, mend }: Finding) =>
    row([escaped(object), (kind === "unmanaged" ? "*not managed:* " : "") + escaped(change), escaped(mend)]),
  );
  return [
    `### ${escaped(stack)}`,
    "",
    ...errors.map((error) => `- **Error:** ${escaped(error)}`),
    ...(errors.length > 0 ? [""] : []),
    ...(rows.length > 0
      ? [row(["Object", "Change", "Mend it with"]), row(["---", "---", "---"]), ...rows, ""]
      : []),
  ];
}

const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
const code = (text: string) => `\`${text.replace(/[`|\n]/g, " ")}\``;

/** Names come from a server: nothing in them is to become a link, a tag or another cell. */
function escaped(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .split("`")
    .map((part, index) => (index % 2 === 1 ? code(part) : part.replace(/[\\*_[\]<>|#!~]/g, "\\$&")))
    .join("");
}
