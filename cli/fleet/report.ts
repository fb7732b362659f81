import { coloursOf, table } from "../output";
import type { Operation, Outcome } from "./jobs";

/** How one company ended, also as `--json` prints it. */
export interface CompanyReport extends Outcome {
  readonly company: string;
  /** Its Pocket ID, or the company's name if the stack file doesn't have it. */
  readonly server: string;
  readonly seconds: number;
}

/** `20 create, 1 update`, as the engine counts. */
export function outcomeText({ state, changes, reason }: Outcome): string {
  if (state !== "done" && reason !== undefined) return reason;
  const counts = Object.entries(changes).filter(([operation, count]) => operation !== "same" && count > 0);
  if (counts.length > 0) return counts.map(([operation, count]) => `${count} ${operation}`).join(", ");
  const { same = 0 } = changes;
  return same === 0 ? "nothing there" : `no changes, ${same} the same`;
}

/** A line for each company, a summary, a line for each failure, and one for each thing that a policy reports. */
export function reportText(operation: Operation, reports: readonly CompanyReport[]): string {
  const colours = coloursOf(process.stdout);
  const rows = reports.map((report) => [
    report.company,
    report.server,
    report.state === "done" ? outcomeText(report) : report.state,
    report.seconds.toFixed(1),
  ]);
  const inState = (wanted: Outcome["state"]) => reports.filter(({ state }) => state === wanted);
  const skipped = inState("skipped").map(({ company }) => company);
  const counts = (["done", "skipped", "failed"] as const)
    .map((state) => `${inState(state).length} ${state}`)
    .filter((count) => !count.startsWith("0 "));
  const lines = [
    table(["Company", "Pocket ID", operation, "Seconds"], rows),
    "",
    `${reports.length} ${reports.length === 1 ? "company" : "companies"}: ${counts.join(", ")}`,
    ...inState("failed").map(({ company, reason = "" }) => `${colours.red("✗")} ${company}: ${reason}`),
    ...reports.flatMap(({ company, policies = [] }) => policies.map((line) => `${company}: ${line}`)),
    ...(skipped.length === 0 ? [] : [`Skipped, because they were never brought up: ${skipped.join(", ")}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** The objects, a line for each company, operation and type: `acme: create UserGroup ocis-admin, ocis-user`. */
export function objectsOf(reports: readonly CompanyReport[]): string {
  return reports
    .flatMap(({ company, objects = [] }) => {
      const kinds = new Map<string, string[]>();
      for (const object of objects) {
        const at = object.lastIndexOf(" ");
        const kind = object.slice(0, at);
        kinds.set(kind, [...(kinds.get(kind) ?? []), object.slice(at + 1)]);
      }
      return [...kinds].map(([kind, names]) => `${company}: ${kind} ${names.sort().join(", ")}\n`);
    })
    .join("");
}
