/**
 * A process that does the jobs of a fleet, one after the other. Programs run in it, and so it does one company at a time:
 * Pulumi's runtime listens for what goes wrong in the whole process, and an error of one company would fail all that run
 * beside it.
 */
import { type Engine, findPresentEngine } from "../engine";
import { reasonOf } from "../engine/reason";
import type { Job, Message } from "./job";
import { operate } from "./operate";

let engine: Promise<Engine> | undefined;

function tell(message: Message): void {
  if (process.connected) process.send?.(message);
}

async function work(job: Job): Promise<void> {
  // Relative paths of a program count from the project's folder.
  process.chdir(job.project);
  engine ??= findPresentEngine();
  try {
    const outcome = await operate(await engine, job, (says) => {
      tell({ says });
    });
    tell({ outcome });
  } catch (error) {
    tell({ outcome: { state: "failed", changes: {}, reason: reasonOf(error) } });
  }
}

process.on("message", (job: Job) => void work(job));
// Ctrl-C reaches the engine, which stops in good order; how that ended is still to be told.
process.on("SIGINT", () => undefined);
