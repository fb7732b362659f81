import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Docker } from "../support/docker";
import { loginOf, type ProgramRun, runProgram } from "../support/program";
import { whyNoLanguageHost } from "../support/language-host";
import { listFiles, mount, slowBackup, unmount, until, writeFiles } from "./backup-parts";
import { staticBusybox, whyNoDocker } from "./available";
import { importStandIn, STAND_IN } from "./stand-in";
import { openTargetStack, OWNER_LABEL, type TargetStack } from "./target-stack";

const resticMissing = spawnSync("restic", ["version"]).error !== undefined;
if (resticMissing) console.log("The test of a restic repository is skipped: restic is missing");
const noHost = whyNoLanguageHost();
if (noHost !== undefined) console.log(`The test of backups as a policy is skipped: ${noHost}`);
const testWithHost = noHost === undefined ? test : test.skip;
const reason = whyNoDocker();
if (reason !== undefined) console.log(`The tests of backups in Docker are skipped: ${reason}`);
const describeWithDocker = reason === undefined ? describe : describe.skip;

/** With a stand-in for oCIS; tests/system has the real one. */
describeWithDocker("backups in Docker", () => {
  const docker = new Docker();
  let by: TargetStack;
  let backups: string;

  beforeAll(async () => {
    await importStandIn(docker, staticBusybox() ?? "");
    by = await openTargetStack(docker);
    await by.stack.up();
    await writeFiles(by);
  });
  beforeEach(() => {
    backups = mkdtempSync(join(tmpdir(), "backups-"));
  });
  afterEach(() => {
    rmSync(backups, { recursive: true });
  });
  afterAll(async () => {
    await by.close();
    await docker.run("image", "rm", STAND_IN);
  });

  const args = (...words: string[]) => [...words, "--stack", "test", "--cwd", by.stack.directory];
  const program = (...words: string[]): Promise<ProgramRun> => runProgram(args(...words), loginOf(by.stack));
  const succeeds = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await program(...words);
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  const isRunning = async () =>
    (await docker.inspect<{ State: { Running: boolean } }>("container", by.name)).State.Running;
  const listing = () => listFiles(by);
  /** The container that a backup goes through, and its image. */
  const traces = async () => [
    ...(await docker.names("container", `name=${by.project}-test-backup`)),
    ...(await docker.run("image", "ls", "-q", "ocis-pocket-id-empty")).split("\n").filter(Boolean),
  ];

  testWithHost(
    "a policy asks for the first backup, and passes after it; Docker's images are pinned",
    async () => {
      const pack = { policyPacks: [join(__dirname, "..", "..", "policy")] };
      const { stack } = by;
      const before = await stack.failureOf(stack.preview(pack));
      expect(before).toContain(
        "no backup of it is recorded: run `ocis-pocket-id backup --stack test --to FOLDER`",
      );
      await succeeds("backup", "--to", backups);
      const { text, changes } = await stack.preview(pack);
      expect([text, Object.keys(changes)]).toEqual([expect.stringContaining("✅ ocis-pocket-id"), ["same"]]);
      const strict = join(backups, "policies.json");
      writeFileSync(strict, JSON.stringify({ "images-are-pinned": { requireDigest: true } }));
      const unpinned = await stack.failureOf(stack.preview({ ...pack, policyPackConfigs: [strict] }));
      // The container has the image by its ID.
      expect(new Set(unpinned.match(/images-are-pinned {2}\(.*\)/g))).toEqual(
        new Set(["images-are-pinned  (docker:index:RemoteImage: ocis-image)"]),
      );
    },
  );

  test("a backup has everything, only its owner can read it, and oCIS runs again", async () => {
    const [folder = ""] = (await succeeds("backup", "--to", backups)).split("\n");
    expect(readdirSync(folder).sort()).toEqual([
      ...["Pulumi.test.yaml", "manifest.json", "ocis-config.tar", "ocis-data.tar", "state.json"],
    ]);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(await isRunning()).toBe(true);
    expect(await traces()).toEqual([]);
    const { time } = JSON.parse(await by.run("cat", "/etc/ocis/.last-backup.json")) as { time: string };
    expect(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"))).toMatchObject({ time });
  });

  test("files are refused, or replaced with their owners, modes and links; what was there is kept", async () => {
    const before = await listing();
    const [folder = ""] = (await succeeds("backup", "--to", backups, "--compress")).split("\n");
    await by.run("sh", "-c", "cd /var/lib/ocis; rm -r link 'a folder'; echo new > new; chmod 0777 .");
    const refused = await program("restore", folder);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(
      /has files in .*-config, .*-data: use --replace, which backs them up first\n$/,
    );
    expect(await by.run("cat", "/var/lib/ocis/new")).toBe("new");

    const { code, stdout, stderr } = await program("restore", folder, "--replace");
    if (code !== 0) throw new Error(stderr);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("  pulumi up --stack test");
    await by.stack.up();
    expect(await listing()).toBe(before);
    expect((await by.stack.preview({ refresh: true })).changes).toEqual({
      same: expect.any(Number) as number,
    });
    const kept = /what was there is in (.*)/.exec(stderr)?.[1] ?? "";
    await succeeds("backup", "--verify", kept);
    await succeeds("restore", kept, "--replace");
    await by.stack.up();
    expect(await by.run("cat", "/var/lib/ocis/new")).toBe("new");
  });

  test("without volumes, they are created with their owner's label", async () => {
    const [folder = ""] = (await succeeds("backup", "--to", backups)).split("\n");
    const before = await listing();
    await docker.removeAllOf(by.name);
    await succeeds("restore", folder);
    await by.stack.up();
    expect(await listing()).toBe(before);
    expect(await docker.names("volume", `label=${OWNER_LABEL}=${by.project}/test/ocis`)).toHaveLength(2);
  });

  const restic = resticMissing ? test.skip : test;
  restic("a restic repository has the backup, and what a restore replaced", async () => {
    const environment = {
      ...loginOf(by.stack),
      ...{ RESTIC_REPOSITORY: join(backups, "repository"), RESTIC_PASSWORD: "hidden" },
      ...{ RESTIC_CACHE_DIR: join(backups, "cache"), TMPDIR: backups },
    };
    execFileSync("restic", ["init"], { env: { ...process.env, ...environment }, stdio: "pipe" });
    const run = async (...words: string[]) => {
      const { code, stdout, stderr } = await runProgram(args(...words), environment);
      if (code !== 0) throw new Error(stderr);
      return stdout + stderr;
    };
    const before = await listing();
    const start = new Date();
    const made = await run("backup", "--to", "restic:");
    const [, snapshot = ""] = /^restic:, snapshot ([0-9a-f]{8})$/m.exec(made) ?? [];
    // What `requireBackup` looks at.
    const { time } = JSON.parse(await by.run("cat", "/etc/ocis/.last-backup.json")) as { time: string };
    expect(Date.parse(time)).toBeGreaterThan(start.getTime() - 1_000);
    expect(await isRunning()).toBe(true);
    await by.run("sh", "-c", "echo newer > /var/lib/ocis/newer");
    const replaced = await run("restore", "restic:", "--snapshot", snapshot, "--replace");
    expect(replaced).toMatch(/what was there is in restic:, snapshot [0-9a-f]{8}\n/);
    await by.stack.up();
    expect(await listing()).toBe(before);
    // The latest is what was there before.
    await run("restore", "restic:", "--replace");
    await by.stack.up();
    expect(await by.run("cat", "/var/lib/ocis/newer")).toBe("newer");
    expect(readdirSync(backups).sort()).toEqual(["cache", "repository"]);
  });

  test("what another image needs in ocis.yaml is shown without secrets, and nothing is left or written", async () => {
    const volumes = await docker.run("volume", "ls", "-q");
    const files = await by.run("sh", "-c", "stat -c '%n %Y %s' /etc/ocis/* /etc/ocis/.*");
    const shown = await succeeds("show", "upgrade", "--image", STAND_IN);
    expect(shown.split("\n").slice(2)).toEqual(["wopi.secret: [secret]", ""]);
    expect(await docker.run("volume", "ls", "-q")).toBe(volumes);
    expect(await docker.names("container", `name=${by.project}-test-upgrade`)).toEqual([]);
    expect(await by.run("sh", "-c", "stat -c '%n %Y %s' /etc/ocis/* /etc/ocis/.*")).toBe(files);
    const missing = await program("show", "upgrade", "--image", "nowhere.test/ocis:9");
    expect(missing.stderr).toMatch(
      /^error: image nowhere.test\/ocis:9 isn't on Docker at .*: run `docker pull/,
    );
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s leaves no backup, and oCIS runs", async (signal) => {
    const { child, ended, stderr } = await slowBackup(by, args("backup", "--to", backups));
    expect(await isRunning()).toBe(false);
    child.kill(signal);
    expect(await ended).toBe(1);
    expect(stderr()).toMatch(/error: interrupted: no backup was made\n$/);
    expect(readdirSync(backups)).toEqual([]);
    expect(await isRunning()).toBe(true);
    expect(await traces()).toEqual([]);
  });

  test("SIGKILL leaves what isn't a backup, and oCIS runs", async () => {
    const { child, ended } = await slowBackup(by, args("backup", "--to", backups));
    // However fast the disk is, it can't end meanwhile.
    child.kill("SIGSTOP");
    const second = await program("backup", "--to", backups);
    expect(second.stderr).toMatch(/^error: container '.*-backup' exists, so another backup/m);
    expect(await isRunning()).toBe(false);
    child.kill("SIGKILL");
    await ended;
    await until(async () => (await isRunning()) && (await traces()).length === 0);
    for (const left of readdirSync(backups)) {
      const { code, stderr } = await program("backup", "--verify", join(backups, left));
      expect(code).toBe(1);
      expect(stderr).toContain("isn't a complete backup");
    }
  });

  test("a full disk leaves no backup, and oCIS runs", async () => {
    const small = join(backups, "small");
    mkdirSync(small);
    // Not on each machine: only root can, and not in each container.
    const mounted = await mount(small);
    if (!mounted) console.log("The test of a full disk is skipped: no file system can be mounted here");
    if (!mounted) return;
    try {
      const { code, stderr } = await program("backup", "--to", small);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /-data can't be copied \(ENOSPC: no space left on device, write\): make room, or use another folder with --to\n$/,
      );
      expect(readdirSync(small)).toEqual([]);
      expect(await isRunning()).toBe(true);
    } finally {
      await unmount(small);
    }
  });

  test("a restore that fails leaves no volumes behind", async () => {
    const [folder = ""] = (await succeeds("backup", "--to", backups)).split("\n");
    await docker.removeAllOf(by.name);
    // Somebody's container has the name that the restore needs.
    await docker.run("create", "--name", `${by.project}-test-backup`, STAND_IN, "sh");
    const { code, stderr } = await program("restore", folder);
    expect(code).toBe(1);
    expect(stderr).toContain("another backup or restore of this stack is running");
    expect(await docker.names("volume", `name=${by.name}`)).toEqual([]);
    await docker.run("rm", `${by.project}-test-backup`);
    await succeeds("restore", folder);
    await by.stack.up();
    expect(existsSync(folder)).toBe(true);
  });
});
