import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Search } from "../../../cli/engine/engine";

/** A directory of its own for one test, with PATH and other variables that are put back afterwards. */
export class Sandbox {
  readonly root = mkdtempSync(join(tmpdir(), "engine-test-"));
  readonly cache = join(this.root, "cache");
  readonly path = join(this.root, "path");
  readonly lines: string[] = [];
  readonly #before = { ...process.env };

  constructor() {
    mkdirSync(this.path);
    // What the fakes are written in; the real `pulumi` and `go` of this machine are elsewhere, or hidden by PATH.
    process.env["PATH"] = this.path;
  }

  get search(): Search {
    return { cache: this.cache, progress: this.progress };
  }

  readonly progress = (line: string): void => {
    this.lines.push(line);
  };

  /** A shell script; it finds no other program on PATH, so it uses what the shell has built in. */
  script(name: string, body: string, directory = this.path): string {
    const file = join(directory, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  remove(): void {
    process.env = this.#before;
    rmSync(this.root, { recursive: true, force: true });
  }
}

const hasShell = process.platform !== "win32";
if (!hasShell) console.log("Tests with fake programs are skipped: the fakes are shell scripts");
export const [describeWithShell, testWithShell] = hasShell ? [describe, test] : [describe.skip, test.skip];
