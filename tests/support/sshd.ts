import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./free-port";

const SSHD = "/usr/sbin/sshd";

/** Why the tests with a real ssh server can't run here; undefined when they can. */
export function whyNoSshd(): string | undefined {
  if (!existsSync(SSHD)) return `${SSHD} is missing (Debian's package openssh-server)`;
  const missing = ["ssh", "ssh-keygen", "ssh-agent", "ssh-add"].filter(
    (program) => spawnSync(program, ["-h"]).error !== undefined,
  );
  return missing.length === 0 ? undefined : `${missing.join(", ")} is missing`;
}

/** An OpenSSH server on loopback, and an `ssh` command whose configuration is this test's instead of the user's. */
export interface SshServer {
  readonly port: number;
  readonly user: string;
  /** Put before PATH: its `ssh` is the real one with another configuration file. */
  readonly path: string;
  /** A private key that the server accepts; no file of it is where ssh looks by itself. */
  readonly key: string;
  /** The text of ssh's configuration file. */
  configure(text: string): void;
  /** The lines of known_hosts; those of the server itself by default. */
  trust(lines?: string): void;
  close(): void;
}

/** @param remotePath PATH of sessions on the server */
export async function startSshd(remotePath: string): Promise<SshServer> {
  const folder = mkdtempSync(join(tmpdir(), "sshd-"));
  const file = (name: string) => join(folder, name);
  const makeKey = (name: string) =>
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file(name)]);
  makeKey("host");
  makeKey("id");
  const port = await freePort();
  const user = userInfo().username;
  writeFileSync(file("authorized_keys"), readFileSync(file("id.pub")));
  writeFileSync(
    file("sshd_config"),
    [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${file("host")}`,
      `AuthorizedKeysFile ${file("authorized_keys")}`,
      `PidFile ${file("sshd.pid")}`,
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin prohibit-password",
      `SetEnv PATH=${remotePath}`,
      "Subsystem sftp internal-sftp",
    ].join("\n"),
  );
  // Debian's sshd wants it, and makes it at its own start only.
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
  const server = spawn(SSHD, ["-D", "-e", "-f", file("sshd_config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  server.stderr.on("data", (chunk) => (log += String(chunk)));
  await untilListening(port, () => log);

  const ssh = execFileSync("sh", ["-c", "command -v ssh"], { encoding: "utf8" }).trim();
  mkdirSync(file("bin"));
  writeFileSync(join(file("bin"), "ssh"), `#!/bin/sh\nexec ${ssh} -F ${file("config")} "$@"\n`);
  chmodSync(join(file("bin"), "ssh"), 0o755);
  const [type = "", hostKey = ""] = readFileSync(file("host.pub"), "utf8").split(" ");
  const sshServer: SshServer = {
    port,
    user,
    path: `${file("bin")}${delimiter}${process.env["PATH"] ?? ""}`,
    key: file("id"),
    configure(text) {
      const common = `Host *\n  UserKnownHostsFile ${file("known_hosts")}\n  GlobalKnownHostsFile none\n`;
      writeFileSync(file("config"), `${text}\n${common}`);
    },
    trust(lines = `[127.0.0.1]:${port} ${type} ${hostKey}\n`) {
      writeFileSync(file("known_hosts"), lines);
    },
    close() {
      server.kill();
      // Its sessions live as long as their clients, and have this pipe open.
      server.stderr.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  sshServer.configure("");
  sshServer.trust();
  return sshServer;
}

async function untilListening(port: number, log: () => string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const connected = await new Promise<boolean>((resolve) => {
      const socket = createConnection({ port, host: "127.0.0.1" }, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => {
        resolve(false);
      });
    });
    if (connected) return;
    await sleep(100);
  }
  throw new Error(`sshd does not listen: ${log()}`);
}
