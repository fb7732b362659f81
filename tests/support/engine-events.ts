import type { EngineEvent } from "@pulumi/pulumi/automation";

/** What the engine would do or did, a line for each operation and type: `create Volume: ocis-config, ocis-data`. */
export function operationsIn(events: readonly EngineEvent[]): string[] {
  const operations = new Map<string, string[]>();
  for (const { resourcePreEvent } of events) {
    if (resourcePreEvent === undefined) continue;
    const { op, urn, type } = resourcePreEvent.metadata;
    const what = `${op} ${type.replace(/^.*[:/]/, "")}`;
    operations.set(what, [...(operations.get(what) ?? []), urn.split("::").at(-1) ?? ""]);
  }
  return [...operations].map(([what, names]) => `${what}: ${names.sort().join(", ")}`).sort();
}

/** Without those for debugging. */
const SHOWN = ["info", "info#err", "warning", "error"];

/** The lines that people see beside the operations, sorted. */
export function messagesIn(events: readonly EngineEvent[]): string[] {
  return events
    .flatMap(({ diagnosticEvent: event }) =>
      event !== undefined && SHOWN.includes(event.severity) ? event.message.trim().split("\n") : [],
    )
    .sort();
}
