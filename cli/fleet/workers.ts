import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Job, Message, Outcome } from "./job";

/** Processes that do jobs; as many as are asked for at the same moment. */
export interface Workers {
  /** Does a job in a process that is free, or in a new one. */
  run(job: Job, says: (what: string) => void): Promise<Outcome>;
  close(): void;
}

export function openWorkers(): Workers {
  const idle: ChildProcess[] = [];
  return {
    async run(job, says) {
      const worker = idle.pop() ?? fork(join(__dirname, "worker.js"));
      const outcome = await done(worker, job, says);
      // What a program that failed has left behind could still fail the next one.
      if (outcome.state === "done") idle.push(worker);
      else leave(worker);
      return outcome;
    },
    close() {
      for (const worker of idle.splice(0)) leave(worker);
    },
  };
}

/** A process ends by itself when nobody is there to talk to. */
function leave(worker: ChildProcess): void {
  if (worker.connected) worker.disconnect();
}

function done(worker: ChildProcess, job: Job, says: (what: string) => void): Promise<Outcome> {
  return new Promise((resolve) => {
    const end = (outcome: Outcome) => {
      worker.off("message", hear).off("exit", died).off("error", broke);
      resolve(outcome);
    };
    const fail = (reason: string) => {
      end({ state: "failed", changes: {}, reason });
    };
    const hear = (message: Message) => {
      if ("says" in message) says(message.says);
      else end(message.outcome);
    };
    const died = (code: number | null, signal: string | null) => {
      fail(`its process ended with ${signal ?? code ?? "nothing"} before it was done: run it again`);
    };
    const broke = (error: Error) => {
      fail(error.message);
    };
    worker.on("message", hear).on("exit", died).on("error", broke);
    worker.send(job);
  });
}
