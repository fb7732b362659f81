import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";
import { explainSsh } from "./ssh-errors";

/** Connections at once: sshd refuses some of many that come together. */
const CONNECTIONS = 3;

/** Connects HTTP requests to a Docker on another machine, each connection through an `ssh` process of its own. */
export class SshAgent extends Agent {
  /** @param args as of `sshCommand` */
  constructor(private readonly args: readonly string[]) {
    super({ keepAlive: true, maxSockets: CONNECTIONS });
  }

  override createConnection(): Duplex {
    return new SshConnection(spawn("ssh", [...this.args], { env: process.env, windowsHide: true }));
  }
}

/** The standard streams of an `ssh` process as what HTTP takes for a socket. */
class SshConnection extends Duplex {
  #stderr = "";

  constructor(private readonly child: ChildProcessWithoutNullStreams) {
    super();
    const fail = (reason: string) => this.destroy(new Error(explainSsh(reason)));
    child.once("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    child.once("close", (code, signal) => {
      if (code === 0) this.push(null);
      else
        fail(this.#stderr === "" ? `ssh ended with ${signal ?? `exit code ${String(code)}`}` : this.#stderr);
    });
    child.stdout.on("data", (chunk) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.on("data", (chunk) => {
      this.#stderr = (this.#stderr + String(chunk)).slice(-4_000);
    });
    // What can't be written any more is explained when the process has ended.
    child.stdin.on("error", () => undefined);
  }

  override _read(): void {
    this.child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.child.stdin.write(chunk, () => {
      done();
    });
  }

  override _final(done: () => void): void {
    this.child.stdin.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.child.kill();
    done(error);
  }

  // What HTTP calls on a socket. An idle connection must not keep this process from ending.

  ref(): this {
    return this.#each("ref");
  }

  unref(): this {
    return this.#each("unref");
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  #each(action: "ref" | "unref"): this {
    this.child[action]();
    for (const stream of [this.child.stdin, this.child.stdout, this.child.stderr]) {
      if ("ref" in stream && "unref" in stream)
        (stream as unknown as { ref(): void; unref(): void })[action]();
    }
    return this;
  }
}
