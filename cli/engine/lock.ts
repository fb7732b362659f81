import { mkdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";

export interface LockTimes {
  /** How often the holder touches the lock. */
  readonly beat: number;
  /** After how long without a touch the holder counts as gone. */
  readonly stale: number;
}

const TIMES: LockTimes = { beat: 2_000, stale: 10_000 };

/**
 * Runs `work` while no other process does: two demos started at once build one engine, not two. It only saves work.
 * Should two holders meet all the same (a machine that slept), each still makes a draft of its own and renames it.
 */
export async function withLock<T>(
  lock: string,
  waiting: () => void,
  work: () => Promise<T>,
  times = TIMES,
): Promise<T> {
  await mkdir(dirname(lock), { recursive: true });
  for (let first = true; !(await taken(lock)); first = false) {
    if (first) waiting();
    if (!(await removedWhenStale(lock, times.stale)))
      await new Promise((next) => setTimeout(next, times.beat / 2));
  }
  const heart = setInterval(() => {
    const now = new Date();
    utimes(lock, now, now).catch(() => undefined);
  }, times.beat);
  try {
    return await work();
  } finally {
    clearInterval(heart);
    await rm(lock, { recursive: true, force: true });
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    // Making a directory is the one thing that only one process can do.
    await mkdir(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function removedWhenStale(lock: string, stale: number): Promise<boolean> {
  try {
    if (Date.now() - (await stat(lock)).mtimeMs < stale) return false;
    // Renamed before it is removed: of several that wait, one succeeds.
    const old = `${lock}.${process.pid}`;
    await rename(lock, old);
    await rm(old, { recursive: true, force: true });
    return true;
  } catch {
    return true; // It has just gone; try to take it at once.
  }
}
