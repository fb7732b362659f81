import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Agent } from "node:http";
import { Duplex } from "node:stream";
import { reasonIn, type Reasons, shellWord } from "./text";

/** Where `ssh` gives up connecting, in seconds. */
const CONNECT_TIMEOUT_SECONDS = 15;

/**
 * The arguments of the `ssh` command that reaches a Docker on another machine: those of the `docker` command and of Docker's
 * provider, so that ~/.ssh/config, known_hosts and the agent have the same effect on all of them.
 *
 * Nobody can answer a question in the middle of an `up`: `BatchMode` makes it an error.
 *
 * @throws Error in one line for an address that can't be one.
 * @see docker/cli, cli/connhelper
 */
export function sshCommand(url: string, options: readonly string[]): string[] {
  if (!URL.canParse(url) || new URL(url).hostname === "") {
    throw new Error(`'${url}' isn't a Docker address: write one like ssh://user@host`);
  }
  const { username, password, hostname, port, pathname, search, hash } = new URL(url);
  if (password !== "") {
    throw new Error(
      "docker:host contains a password, which ssh can't use: set up a key, and remove the password",
    );
  }
  if (search !== "" || hash !== "") {
    throw new Error(`'${url}' has more than user, host, port and path: write ssh://user@host`);
  }
  const socket = /^\/*$/.test(pathname) ? [] : [`--host=unix://${decodeURIComponent(pathname)}`];
  return [
    ...(username === "" ? [] : ["-l", decodeURIComponent(username)]),
    ...(port === "" ? [] : ["-p", port]),
    // ssh takes the first value of an option: the user's go before ours.
    ...options,
    ...["-o", "BatchMode=yes", "-o", `ConnectTimeout=${CONNECT_TIMEOUT_SECONDS}`, "-T"],
    "--",
    hostname.replace(/^\[(.*)\]$/, "$1"),
    // The remote shell reads the command.
    ["docker", ...socket, "system", "dial-stdio"].map(shellWord).join(" "),
  ];
}

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
    const fail = (reason: string) => this.destroy(new Error(explained(reason)));
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

  setTimeout = () => this;
  setNoDelay = () => this;
  setKeepAlive = () => this;

  #each(action: "ref" | "unref"): this {
    this.child[action]();
    for (const stream of [this.child.stdin, this.child.stdout, this.child.stderr]) {
      if ("ref" in stream && "unref" in stream)
        (stream as unknown as { ref(): void; unref(): void })[action]();
    }
    return this;
  }
}

/** What `ssh`, the remote shell or the remote `docker` printed, and what to do about it. */
const REASONS: Reasons = {
  "REMOTE HOST IDENTIFICATION HAS CHANGED":
    "its ssh host key differs from the one in known_hosts, so this may be another machine: if you know why, remove the old key with " +
    "`ssh-keygen -R HOST`, then connect once with `ssh` and compare the fingerprint",
  "Host key verification failed|No .* host key is known":
    "its ssh host key is not in known_hosts: connect once with `ssh` and compare the fingerprint",
  "Permission denied \\(":
    "ssh refused this user: check the user, and the key in ssh-agent or ~/.ssh/config; `ssh` must work without a password",
  "Could not resolve hostname": "ssh can't resolve the host: check its name, or the alias in ~/.ssh/config",
  "Connection refused|No route to host|Network is unreachable": "ssh can't connect: check host and port",
  "timed out|Connection closed|Connection reset": "the ssh connection failed: check host, port and firewall",
  "permission denied[^]*docker|docker[^]*permission denied":
    "the user of the other machine may not use Docker: add the user to its group docker",
  "Cannot connect to the Docker daemon|Is the docker daemon running":
    "Docker isn't running on the other machine: start it",
  "docker: (command )?not found|docker: No such file|command not found: docker|exit code 127":
    "the other machine has no `docker` command on the PATH of ssh sessions: install Docker there",
  "^ENOENT$": "this machine has no `ssh` command: install OpenSSH's client",
};

/** One line of what went wrong, with the last that was printed. */
function explained(printed: string): string {
  const reason = reasonIn(REASONS, printed);
  const lines = printed
    .split(/[\r\n]+/)
    .filter((line) => /[A-Za-z]/.test(line) && !/^Warning: Permanently/.test(line));
  const last = lines.at(-1)?.trim() ?? printed;
  return reason === undefined ? last : `${reason} (${last})`;
}
