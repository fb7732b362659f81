import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Docker, dockerHost } from "../../../components/docker-host";
import { startSshd, type SshServer, whyNoSshd } from "../../support/sshd";

const reason = whyNoSshd();
if (reason !== undefined) console.log(`The tests of Docker over ssh are skipped: ${reason}`);
const describeWithSshd = reason === undefined ? describe : describe.skip;

/** What the remote `docker` command is: `docker system dial-stdio` without a Docker. */
const DIAL = (socket: string) => `#!${process.execPath}
const net = require("node:net");
if (process.argv.slice(2).join(" ") !== "system dial-stdio") process.exit(64);
const engine = net.connect(${JSON.stringify(socket)});
process.stdin.pipe(engine).pipe(process.stdout);
`;

describeWithSshd("Docker on another machine, by the system's ssh", () => {
  let folder: string;
  let engine: Server;
  let sshd: SshServer;
  let requests: string[];
  const before = { ...process.env };

  /** Makes the `docker` command of the other machine; without a text there is none. */
  const remoteDocker = (text?: string) => {
    rmSync(join(folder, "remote", "docker"), { force: true });
    if (text === undefined) return;
    writeFileSync(join(folder, "remote", "docker"), text);
    chmodSync(join(folder, "remote", "docker"), 0o755);
  };
  const open = (url: string, sshOpts: string[] = []) => new Docker(dockerHost({ host: url, sshOpts }, {}));
  const address = () => `ssh://${sshd.user}@127.0.0.1:${sshd.port}`;
  const withKey = () => {
    sshd.configure(`Host *\n  IdentityFile ${sshd.key}\n  IdentitiesOnly yes`);
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "docker-over-ssh-"));
    mkdirSync(join(folder, "remote"));
    engine = createServer((request, response) => {
      requests.push(`${request.method ?? ""} ${request.url ?? ""}`);
      response.end(JSON.stringify({ Version: "28.1.0", Name: "config" }));
    });
    await new Promise<void>((resolve) => engine.listen(join(folder, "docker.sock"), resolve));
    sshd = await startSshd(join(folder, "remote"));
  });
  afterAll(async () => {
    sshd.close();
    engine.closeAllConnections();
    await new Promise((resolve) => engine.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    requests = [];
    process.env["PATH"] = sshd.path;
    delete process.env["SSH_AUTH_SOCK"];
    sshd.configure("Host *\n  IdentitiesOnly yes\n  IdentityFile none");
    sshd.trust();
    remoteDocker(DIAL(join(folder, "docker.sock")));
  });
  afterEach(() => {
    process.env = { ...before };
  });

  test("a key file of ~/.ssh/config; requests share a connection", async () => {
    withKey();
    const docker = open(address());
    expect(await docker.version()).toBe("28.1.0");
    for (const name of ["a", "b", "c", "d", "e"]) await docker.findVolume(name);
    expect(requests).toHaveLength(6);
    const sessions = execFileSync("pgrep", ["-c", "-f", `${folder}/remote/docker system`], {
      encoding: "utf8",
    });
    expect(Number(sessions)).toBeLessThanOrEqual(3);
  });

  test("many requests at once all come back", async () => {
    withKey();
    const docker = open(address());
    const all = await Promise.all(Array.from({ length: 30 }, (_, index) => docker.findVolume(`v${index}`)));
    expect(all.map((volume) => volume?.Name)).toEqual(Array.from({ length: 30 }, () => "config"));
  });

  test("an alias of ~/.ssh/config gives host, port and user", async () => {
    sshd.configure(
      `Host Files_Server\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  User ${sshd.user}\n  IdentityFile ${sshd.key}`,
    );
    expect(await open("ssh://Files_Server").version()).toBe("28.1.0");
  });

  test("a key in the agent", async () => {
    const socket = join(folder, "agent.sock");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "ignore"] });
    try {
      process.env["SSH_AUTH_SOCK"] = socket;
      // It prints its address once it listens there.
      await once(agent.stdout, "data");
      execFileSync("ssh-add", ["-q", sshd.key], { stdio: "ignore", env: process.env });
      sshd.configure("");
      expect(await open(address()).version()).toBe("28.1.0");
    } finally {
      agent.kill();
    }
  });

  test("docker:sshOpts go to ssh, before our own", async () => {
    const docker = open(`ssh://${sshd.user}@nowhere.invalid`, [
      ...["-o", "HostName=127.0.0.1", "-o", `Port=${sshd.port}`],
      ...["-o", `IdentityFile=${sshd.key}`, "-o", "HostKeyAlias=[127.0.0.1]:" + String(sshd.port)],
    ]);
    expect(await docker.version()).toBe("28.1.0");
  });

  test.each<[string, () => string, RegExp]>([
    [
      "a changed host key",
      () => {
        withKey();
        const other = "AAAAC3NzaC1lZDI1NTE5AAAAIIyqG7hVIGsEW3IHAzIJ5DPaTVDyGu1XzwTtgvuIYCXj";
        sshd.trust(`[127.0.0.1]:${sshd.port} ssh-ed25519 ${other}\n`);
        return address();
      },
      /its ssh host key differs from the one in known_hosts, so this may be another machine: .*ssh-keygen -R/,
    ],
    [
      "an unknown host key",
      () => {
        withKey();
        sshd.trust("");
        return address();
      },
      /its ssh host key is not in known_hosts: connect once with `ssh`/,
    ],
    ["a key that isn't accepted", () => address(), /ssh refused this user: .*Permission denied/],
    [
      "an unknown user",
      () => {
        withKey();
        return `ssh://nobody-of-that-name@127.0.0.1:${sshd.port}`;
      },
      /ssh refused this user/,
    ],
    ["an unknown host", () => "ssh://nowhere.invalid", /ssh can't resolve the host/],
    ["nobody at the port", () => "ssh://127.0.0.1:1", /ssh can't connect: check host and port/],
    [
      "no docker command on the other side",
      () => {
        withKey();
        remoteDocker();
        return address();
      },
      /the other machine has no `docker` command on the PATH of ssh sessions/,
    ],
    [
      "no Docker running on the other side",
      () => {
        withKey();
        remoteDocker(
          "#!/bin/sh\necho 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon " +
            "running?' >&2\nexit 1\n",
        );
        return address();
      },
      /Docker isn't running on the other machine: start it/,
    ],
    [
      "a user who may not use Docker there",
      () => {
        withKey();
        remoteDocker(
          "#!/bin/sh\necho 'permission denied while trying to connect to the Docker daemon socket' >&2\nexit 1\n",
        );
        return address();
      },
      /the user of the other machine may not use Docker: add the user to its group docker/,
    ],
  ])("%s is one clear line", async (_name, prepare, line) => {
    const url = prepare();
    const failure: unknown = await open(url)
      .version()
      .catch((error: unknown) => error);
    const { message } = failure as Error;
    expect(message).toMatch(line);
    expect(message.startsWith(`Docker is not reachable at ${url}: `)).toBe(true);
    expect(message).not.toContain("\n");
    expect(requests).toEqual([]);
  });

  test("without an `ssh` command, too", async () => {
    process.env["PATH"] = join(folder, "nothing");
    await expect(open(address()).version()).rejects.toThrow("this machine has no `ssh` command");
  });
});
