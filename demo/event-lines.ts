import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { StepEventMetadata } from "@pulumi/pulumi/automation/events";
import { diagnosticLine } from "ocis-pocket-id/engine";
import { changesOf, type GroupNames, objectOf } from "./objects";

const MARKS: Readonly<Record<string, string>> = { create: "+", update: "~", replace: "±", delete: "-" };

/** What a run did or would do, by its engine's events: a line for each object, and at the end a line that counts them. */
export class EventLines {
  readonly #groups: GroupNames = new Map();
  readonly #say: (line: string) => void;
  #counts = new Map<string, number>();
  #errors: string[] = [];

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Runs an operation; an error of the engine's becomes the lines in which it gives its reasons. */
  async show(
    words: Readonly<Record<string, string>>,
    operation: (onEvent: (event: EngineEvent) => void) => Promise<unknown>,
    options: { readonly isPreview?: boolean; readonly quiet?: boolean } = {},
  ): Promise<void> {
    this.#counts = new Map();
    this.#errors = [];
    try {
      await operation((event) => {
        this.see(event, options);
      });
    } catch (error) {
      if (this.#errors.length > 0) throw new Error([...new Set(this.#errors)].join("\n"), { cause: error });
      throw error;
    }
    this.#say(`  ${this.#summary(words)}`);
  }

  see(event: EngineEvent, { isPreview = false, quiet = false } = {}): void {
    const { diagnosticEvent, resourcePreEvent, resOutputsEvent } = event;
    if (diagnosticEvent?.severity === "error") this.#errors.push(diagnosticLine(diagnosticEvent.message));
    if (diagnosticEvent?.severity === "warning")
      this.#say(`  warning: ${diagnosticLine(diagnosticEvent.message)}`);
    // A preview makes nothing, so that nothing of it ever comes out.
    const metadata = (isPreview ? resourcePreEvent : resOutputsEvent)?.metadata;
    if (metadata !== undefined) this.#object(metadata, isPreview, quiet);
  }

  #object(metadata: StepEventMetadata, isPreview: boolean, quiet: boolean): void {
    const object = objectOf(metadata, this.#groups);
    if (object === undefined || metadata.op === "refresh") return;
    this.#counts.set(metadata.op, (this.#counts.get(metadata.op) ?? 0) + 1);
    const mark = MARKS[metadata.op];
    if (mark === undefined || quiet) return;
    this.#say(`  ${mark} ${object}`);
    if (isPreview) for (const change of changesOf(metadata)) this.#say(`      ${change}`);
  }

  #summary(words: Readonly<Record<string, string>>): string {
    const counts = Object.entries(words).flatMap(([op, word]) => {
      const count = this.#counts.get(op) ?? 0;
      return count === 0 ? [] : [`${count} ${word}`];
    });
    return counts.length === 0 ? "nothing to do" : counts.join(", ");
  }
}
