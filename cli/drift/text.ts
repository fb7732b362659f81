import { coloursOf, table } from "../output";
import type { Finding, StackReport } from "./finding";

/** What a person at a terminal reads: for each stack what was changed, then the commands that mend it. */
export function inText(reports: readonly StackReport[]): string {
  return reports.map((report) => `${stackInText(report)}\n`).join("\n");
}

function stackInText({ stack, objects, findings, errors }: StackReport): string {
  const { bold, red, yellow, dim } = coloursOf(process.stdout);
  const drift = findings.filter(({ kind }) => kind !== "unmanaged");
  const strange = findings.filter(({ kind }) => kind === "unmanaged");
  const parts = [
    `${bold(stack)}: ${summary(objects, drift.length, errors.length)}`,
    ...errors.map((error) => `  ${red("error:")} ${error}`),
  ];
  const rows = (some: readonly Finding[], paint: (text: string) => string) =>
    some.map(({ object, change }) => [paint(object), change]);
  if (drift.length > 0)
    parts.push(table(["Object", "Changed by hand"], rows(drift, yellow)), ...mends(drift));
  if (strange.length > 0) {
    parts.push(table(["Object", "Looks like ours"], rows(strange, dim)), ...mends(strange));
  }
  return parts.join("\n");
}

export function summary(objects: number, drift: number, errors: number): string {
  if (errors > 0) return `${drift} ${changes(drift)} found, and not everything could be looked at`;
  if (drift === 0) return `as it should be (${objects} objects)`;
  return `${drift} ${changes(drift)} by hand (${objects} objects)`;
}

const changes = (count: number) => (count === 1 ? "change" : "changes");

/** Each command once, with the objects that it mends; that of the most objects last, and for all the rest. */
function mends(findings: readonly Finding[]): string[] {
  const objects = new Map<string, Set<string>>();
  for (const { object, mend } of findings) objects.set(mend, (objects.get(mend) ?? new Set()).add(object));
  const [most, ...others] = [...objects].sort(([, a], [, b]) => b.size - a.size);
  if (most === undefined) return [];
  return [
    ...others.map(([mend, names]) => `  Mend ${[...names].join(", ")}: ${mend}`),
    `  ${others.length === 0 ? "Mend:" : "Mend the rest:"} ${most[0]}`,
  ];
}
