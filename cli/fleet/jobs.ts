import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Passphrase } from "../stacks/passphrases";

/** What a fleet does with a company, by the engine's own names. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** One company's part of a run; it is sent to a worker process. */
export interface Job {
  readonly operation: Operation;
  readonly company: string;
  /** Folder of the project's Pulumi.yaml. */
  readonly project: string;
  readonly stackFile: string;
  /** Whether the backend has its stack; otherwise `up` creates it. */
  readonly exists: boolean;
  readonly passphrase: Passphrase;
  /** Reads the live objects into state before `preview` and `up`. */
  readonly refresh: boolean;
  /** Runs the program at `refresh` and `destroy`, so that they use a changed API key. */
  readonly runProgram: boolean;
  /** Folders of policy packs for `preview` and `up`, and files with their options; absolute paths. */
  readonly policyPacks: readonly string[];
  readonly policyPackConfigs: readonly string[];
}

/** How a company's job ended. */
export interface Outcome {
  readonly state: "done" | "failed" | "skipped";
  /** Number of resources by operation: `{ create: 20 }`. */
  readonly changes: Readonly<Record<string, number>>;
  /** Operation, type and name of each object: `create UserGroup ocis-admin`. */
  readonly objects?: readonly string[];
  /** What policies report: `mandatory images-are-pinned, LocalFiles ocis-bundle: …`. */
  readonly policies?: readonly string[];
  /** Why it failed or was skipped, in one line. */
  readonly reason?: string;
}

/** What a worker process sends back. */
export type Message = { readonly progress: string } | { readonly outcome: Outcome };

/** Worker processes, one for each job that runs at the same time. */
export type Workers = ReturnType<typeof openWorkers>;

export function openWorkers() {
  const idle: ChildProcess[] = [];
  return {
    async run(job: Job, progress: (line: string) => void): Promise<Outcome> {
      const worker = idle.pop() ?? fork(join(__dirname, "worker.js"));
      const outcome = await resultOf(worker, job, progress);
      // What a failed program leaves behind could fail the next one.
      if (outcome.state === "done") idle.push(worker);
      else disconnect(worker);
      return outcome;
    },
    close() {
      for (const worker of idle.splice(0)) disconnect(worker);
    },
  };
}

/** A worker ends when it is disconnected. */
function disconnect(worker: ChildProcess): void {
  if (worker.connected) worker.disconnect();
}

function resultOf(worker: ChildProcess, job: Job, progress: (line: string) => void): Promise<Outcome> {
  const result = new Promise<Outcome>((resolve) => {
    const fail = (reason: string) => {
      resolve({ state: "failed", changes: {}, reason });
    };
    worker
      .on("message", (message: Message) => {
        if ("progress" in message) progress(message.progress);
        else resolve(message.outcome);
      })
      .on("exit", (code, signal) => {
        fail(`its process ended early (${signal ?? `exit code ${code ?? "unknown"}`}): run it again`);
      })
      .on("error", ({ message }) => {
        fail(message);
      });
    worker.send(job);
  });
  return result.finally(() => {
    for (const event of ["message", "exit", "error"]) worker.removeAllListeners(event);
  });
}
