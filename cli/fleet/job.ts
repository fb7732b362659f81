import type { Passphrase } from "../stacks";

/** What a fleet does with a company, by the engine's own names. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** One company's part of a run; it is sent to the process that does it. */
export interface Job {
  readonly operation: Operation;
  readonly company: string;
  /** Folder of the project's Pulumi.yaml. */
  readonly project: string;
  readonly stackFile: string;
  /** Whether the backend has its stack; when not, `up` makes it. */
  readonly exists: boolean;
  readonly passphrase: Passphrase;
  /** Reads the live objects into state before `preview` and `up`. */
  readonly refresh: boolean;
  /** Runs the program at `refresh` and `destroy`, so that a key that was changed since counts. */
  readonly runProgram: boolean;
}

/** How a company ended. */
export interface Outcome {
  readonly state: "done" | "failed" | "skipped";
  /** Resources by what happened to them, or would: `{ create: 20 }`. */
  readonly changes: Readonly<Record<string, number>>;
  /** What happened to each object, or would: `create UserGroup ocis-admin`. */
  readonly objects?: readonly string[];
  /** One line: why it failed, or was left out. */
  readonly reason?: string;
}

/** What the process that does a job sends back. */
export type Message = { readonly says: string } | { readonly outcome: Outcome };
