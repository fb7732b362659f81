import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { StepEventMetadata } from "@pulumi/pulumi/automation/events";
import { basename } from "node:path";
import { diagnosticLine } from "ocis-pocket-id/engine";

const MARKS: Readonly<Record<string, string>> = { create: "+", update: "~", replace: "±", delete: "-" };

/** Prints a run's events: a line for each changed object, and a line that counts all. */
export class EventLines {
  /** Names of groups by ID, from earlier events. */
  private readonly groups = new Map<string, string>();
  private counts = new Map<string, number>();
  private errors: string[] = [];

  constructor(private readonly print: (line: string) => void) {}

  /** Runs an operation. If it fails, the error's message is what the engine printed as reasons. */
  async show(
    words: Readonly<Record<string, string>>,
    operation: (onEvent: (event: EngineEvent) => void) => Promise<unknown>,
    options: { isPreview?: boolean; quiet?: boolean } = {},
  ): Promise<void> {
    this.counts = new Map();
    this.errors = [];
    try {
      await operation((event) => {
        this.handle(event, options);
      });
    } catch (error) {
      if (this.errors.length > 0) throw new Error([...new Set(this.errors)].join("\n"), { cause: error });
      throw error;
    }
    const counts = Object.entries(words).flatMap(([op, word]) => {
      const count = this.counts.get(op) ?? 0;
      return count === 0 ? [] : [`${count} ${word}`];
    });
    this.print(`  ${counts.length === 0 ? "no changes" : counts.join(", ")}`);
  }

  private handle(event: EngineEvent, { isPreview = false, quiet = false }): void {
    const { diagnosticEvent: diagnostic, resourcePreEvent, resOutputsEvent } = event;
    if (diagnostic?.severity === "error") this.errors.push(diagnosticLine(diagnostic.message));
    if (diagnostic?.severity === "warning") this.print(`  warning: ${diagnosticLine(diagnostic.message)}`);
    // A preview creates nothing, so it has no events with outputs.
    const metadata = (isPreview ? resourcePreEvent : resOutputsEvent)?.metadata;
    if (metadata === undefined) return;
    const object = this.objectOf(metadata);
    if (object === undefined || metadata.op === "refresh") return;
    this.counts.set(metadata.op, (this.counts.get(metadata.op) ?? 0) + 1);
    const mark = MARKS[metadata.op];
    if (mark === undefined || quiet) return;
    this.print(`  ${mark} ${object}`);
    if (isPreview) for (const change of changesOf(metadata)) this.print(`      ${change}`);
  }

  /** A resource's name for people; undefined for what only the engine needs. */
  private objectOf({ type, urn, new: after, old: before }: StepEventMetadata): string | undefined {
    const state = after ?? before;
    const [, kind = ""] = /:(\w+)$/.exec(type) ?? [];
    const property = (name: string): unknown => state?.outputs[name] ?? state?.inputs[name];
    const text = (name: string) => String(property(name));
    const group = () => `group ${this.groups.get(text("groupId")) ?? text("groupId")}`;
    if (/^(pulumi|ocis-pocket-id:index):/.test(type)) return undefined;
    switch (kind) {
      case "UserGroup":
        if (state !== undefined && state.id !== "") this.groups.set(state.id, text("name"));
        return `group ${text("name")}`;
      case "CustomClaims": {
        const claims = (property("claims") ?? []) as { key: string; value: string }[];
        return `claim of ${group()}: ${claims.map(({ key, value }) => `${key} = ${value}`).join(", ")}`;
      }
      case "UserGroupMembers":
        return `members of ${group()}: ${((property("members") ?? []) as string[]).join(", ")}`;
      case "OidcClient":
        return `client ${text("name")}`;
      case "LocalFiles":
        return `files in ${basename(text("directory"))}: ${Object.keys(property("files") ?? {}).join(", ")}`;
      default:
        return `${kind} ${urn.slice(urn.lastIndexOf("::") + 2)}`;
    }
  }
}

/** Each value that an update changes, before and after. */
function changesOf({ old: before, new: after }: StepEventMetadata): string[] {
  const names = Object.keys(after?.inputs ?? {}).filter((name) => !name.startsWith("__"));
  return names.flatMap((name) => differences(name, before?.inputs[name], after?.inputs[name]));
}

function differences(path: string, before: unknown, after: unknown): string[] {
  const [old, changed] = [JSON.stringify(before), JSON.stringify(after)] as (string | undefined)[];
  if (old === changed) return [];
  if (!isContainer(before) || !isContainer(after)) {
    return [`${path}: ${old ?? "nothing"} => ${changed ?? "nothing"}`];
  }
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) =>
    differences(Array.isArray(before) ? `${path}[${key}]` : `${path}.${key}`, before[key], after[key]),
  );
}

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
