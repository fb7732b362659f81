/**
 * A process that runs the jobs of a fleet one after another. Programs run in it, so it does one company at a time: Pulumi's
 * runtime watches the whole process for errors, and an error of one company would fail all others.
 */
import type { Engine } from "../engine";
import { findPresentEngine } from "../engine/find-engine";
import { reasonOf } from "../engine/programs";
import type { Job, Message } from "./jobs";
import { operate } from "./operate";

let engine: Promise<Engine> | undefined;

function send(message: Message): void {
  if (process.connected) process.send?.(message);
}

async function work(job: Job): Promise<void> {
  // A program's relative paths start at the project's folder.
  process.chdir(job.project);
  engine ??= findPresentEngine();
  try {
    const outcome = await operate(await engine, job, (progress) => {
      send({ progress });
    });
    send({ outcome });
  } catch (error) {
    send({ outcome: { state: "failed", changes: {}, reason: reasonOf(error) } });
  }
}

process.on("message", (job: Job) => void work(job));
// Ctrl-C reaches the engine, which stops cleanly; this process still has to report the outcome.
process.on("SIGINT", () => undefined);
