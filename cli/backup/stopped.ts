import { spawn } from "node:child_process";
import { join } from "node:path";
import { reasonOf } from "../engine/programs";
import type { Host, Service } from "./host";
import { DONE, type Orders } from "./watchdog";

/** Prints a line of progress on stderr. */
export type Report = (line: string) => void;

/** How services are stopped. */
export interface StopOptions {
  readonly signal: AbortSignal;
  readonly report: Report;
  /** Whether they stay stopped after the work, if it doesn't fail. @default false */
  readonly leaveStopped?: boolean | undefined;
}

/**
 * Works while services are stopped, and starts those that ran before again, whatever happens: after an error, an interruption, or,
 * by a watchdog process, the end of this one.
 *
 * @throws Error of the work; or one that names the services that couldn't be started
 */
export async function whileStopped<T>(
  host: Host,
  services: readonly Service[],
  { signal, report, leaveStopped = false }: StopOptions,
  work: () => Promise<T>,
): Promise<T> {
  const running: string[] = [];
  for (const { container } of services) if (await host.isRunning(container)) running.push(container);
  const release = watch({ where: host.where, services: running });
  let failure: Error | undefined;
  let result: T | undefined;
  try {
    // oCIS first, which is the last to start: its services call Pocket ID.
    for (const container of [...running].reverse()) {
      report(`stopping ${container}`);
      await host.stop(container);
      signal.throwIfAborted();
    }
    result = await work();
  } catch (error) {
    failure = error instanceof Error ? error : new Error(reasonOf(error));
  }
  const down: string[] = [];
  for (const container of failure === undefined && leaveStopped ? [] : running) {
    report(`starting ${container}`);
    await host.start(container).catch((error: unknown) => {
      down.push(
        `${container} couldn't be started again (${reasonOf(error)}): run \`${host.startCommand(container)}\``,
      );
    });
  }
  release();
  if (down.length > 0) {
    const before = failure === undefined ? [] : [failure.message];
    throw new Error([...before, ...down].join("; "), { cause: failure });
  }
  if (failure !== undefined) throw failure;
  return result as T;
}

/** Starts the watchdog. Returns a function that ends it without further ado. */
function watch(orders: Orders): () => void {
  const { stdin } = spawn(process.execPath, [join(__dirname, "watchdog.js")], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    windowsHide: true,
  });
  stdin.on("error", () => undefined);
  stdin.write(`${JSON.stringify(orders)}\n`);
  return () => {
    stdin.end(DONE);
  };
}
