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
