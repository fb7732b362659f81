import { execFileSync } from "node:child_process";

/**
 * Kills a process and everything it started at once, as a power cut would. When this returns, none of them runs another
 * instruction.
 */
export function killTree(root: number): void {
  // Stopped first, so that none of them starts another process or notices that one has died.
  let tree = [root];
  signal(tree, "SIGSTOP");
  for (;;) {
    const now = [root, ...descendants(root)];
    const fresh = now.filter((pid) => !tree.includes(pid));
    if (fresh.length === 0) break;
    signal(fresh, "SIGSTOP");
    tree = now;
  }
  signal(tree, "SIGKILL");
}

function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const line of execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n")) {
    const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has already ended.
    }
  }
}
