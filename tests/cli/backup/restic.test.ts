import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Manifest } from "../../../cli/backup/manifest";
import { destinationOf } from "../../../cli/backup/source";
import { runProgram } from "../../support/program";
import { startSshd, whyNoSshd } from "../../support/sshd";
import { backupFolder, files } from "./backup-folder";

const isMissing = spawnSync("restic", ["version"]).error !== undefined;
if (isMissing) console.log("The tests of restic are skipped: it is missing (Debian's package restic)");
const describeWithRestic = isMissing ? describe.skip : describe;

const PASSWORD = "a-secret-password";

describeWithRestic("backups in a restic repository", () => {
  const before = { ...process.env };
  let folder: string;
  let repository: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "restic-"));
    repository = join(folder, "repository");
    const own = { RESTIC_CACHE_DIR: join(folder, "cache"), RESTIC_PASSWORD: PASSWORD, TMPDIR: folder };
    process.env = { ...before, ...own };
  });
  afterEach(() => {
    process.env = before;
    rmSync(folder, { recursive: true });
  });

  const restic = (...args: string[]) =>
    execFileSync("restic", args, {
      env: { ...process.env, RESTIC_REPOSITORY: repository },
      encoding: "utf8",
      stdio: "pipe",
    });
  const at = (stack: string, time: string): Partial<Manifest> => ({ stack, time });

  /** Makes a backup of fixed files. @returns what is printed of it */
  async function save(to: string, changes: Partial<Manifest> = {}, signal = new AbortController().signal) {
    const source = backupFolder(files());
    const manifest = JSON.parse(readFileSync(join(source, "manifest.json"), "utf8")) as Manifest;
    const backup = await destinationOf(to).begin("shop-company", signal);
    try {
      for (const name of Object.keys(files())) copyFileSync(join(source, name), backup.path(name));
      return await backup.finish({ ...manifest, ...changes });
    } finally {
      await backup.discard();
      rmSync(source, { recursive: true });
    }
  }

  test("one snapshot with tags has the whole backup, and nothing else is left", async () => {
    restic("init");
    const location = await save(`restic:${repository}`);
    expect(location).toMatch(/^restic:.*repository, snapshot [0-9a-f]{8}$/);
    const [snapshot, ...others] = JSON.parse(restic("snapshots", "--json")) as { tags: string[] }[];
    expect(others).toEqual([]);
    expect(snapshot?.tags).toEqual(["ocis-pocket-id", "project=shop", "stack=company"]);
    expect(readdirSync(folder).sort()).toEqual(["cache", "repository"]);
    const verified = await runProgram(["backup", "--verify", `restic:${repository}`]);
    expect(verified).toMatchObject({ code: 0, stderr: "" });
    expect(verified.stdout).toMatch(/^the backup is complete: stack shop\/company at 2026-11-28T03:00:00Z: /);
    const byVariable = await runProgram(["backup", "--verify", "restic:", "--json"], {
      RESTIC_REPOSITORY: repository,
    });
    expect(JSON.parse(byVariable.stdout)).toMatchObject({ manifest: { project: "shop", stack: "company" } });
  });

  test("the latest snapshot of a stack is taken, or the one with an ID", async () => {
    restic("init");
    const verify = async (...words: string[]) => {
      const { stdout, stderr } = await runProgram(["backup", "--verify", `restic:${repository}`, ...words]);
      return stdout + stderr;
    };
    expect(await verify()).toMatch(/^error: restic:.* has no backup\n$/);
    const first = await save(`restic:${repository}`, at("company", "2026-11-26T03:00:00Z"));
    await save(`restic:${repository}`, at("company", "2026-11-27T03:00:00Z"));
    expect(await verify()).toContain("2026-11-27");
    expect(await verify("--snapshot", "latest")).toContain("2026-11-27");
    expect(await verify("--snapshot", first.slice(-8))).toContain("2026-11-26");
    await save(`restic:${repository}`, at("other", "2026-11-28T03:00:00Z"));
    expect(await verify()).toMatch(
      /^error: .* backups of several stacks \(.*stack=company; .*stack=other\): use --stack/,
    );
    expect(await verify("--stack", "organization/shop/company")).toContain("2026-11-27");
    expect(await verify("--stack", "third")).toMatch(/has no backup of stack third\n$/);
    expect(await verify("--snapshot", "ffffffff")).toMatch(
      /has no backup with the ID 'ffffffff': `restic snap/,
    );
    // All snapshots of a stack count as one group, although each was of another folder.
    restic("forget", "--tag", "ocis-pocket-id", "--group-by", "tags", "--keep-last", "1");
    expect(JSON.parse(restic("snapshots", "--json"))).toHaveLength(2);
  });

  test("damage in the repository is found", async () => {
    restic("init");
    await save(`restic:${repository}`);
    const data = join(repository, "data");
    for (const name of readdirSync(data, { recursive: true, encoding: "utf8" })) {
      if (/\/[0-9a-f]{64}$/.test(name)) truncateSync(join(data, name), 100);
    }
    const { code, stdout, stderr } = await runProgram(["backup", "--verify", `restic:${repository}`]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
  });

  test("a snapshot that isn't a whole backup isn't taken for one", async () => {
    restic("init");
    const some = join(folder, "some");
    writeFileSync(some, "");
    restic("backup", "--tag", "ocis-pocket-id,stack=company", some);
    const { code, stderr } = await runProgram(["backup", "--verify", `restic:${repository}`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /snapshot [0-9a-f]{8} isn't a complete backup: manifest.json can't be read \(it has none\)\n$/,
    );
  });

  test("an interruption leaves no snapshot and no lock", async () => {
    restic("init");
    const interruption = new AbortController();
    const backup = await destinationOf(`restic:${repository}`).begin("shop-company", interruption.signal);
    await backup.discard();
    interruption.abort(new Error("interrupted: no backup was made"));
    await expect(save(`restic:${repository}`, {}, interruption.signal)).rejects.toThrow(/^interrupted/);
    expect(JSON.parse(restic("snapshots", "--json"))).toEqual([]);
    expect(readdirSync(join(repository, "locks"))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(["cache", "repository"]);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    [
      "no repository",
      {},
      /\(unable to open config file: .*\): correct the address; a new repository needs `restic init`/,
    ],
    [
      "another password",
      { RESTIC_PASSWORD: "other" },
      /\(wrong password or no key found\): set RESTIC_PASSWORD, RESTIC_/,
    ],
    ["no password", { RESTIC_PASSWORD: "" }, /\(an empty password is not a password\): set RESTIC_PASSWORD/],
    ["no restic", { PATH: "/nonexistent" }, /^restic can't be started \(spawn restic ENOENT\): install it/],
  ])("%s is one line, before anything is stopped", async (what, environment, line) => {
    if (what !== "no repository") restic("init");
    Object.assign(process.env, environment);
    const saved = save(`restic:${repository}`);
    await expect(saved).rejects.toThrow(line);
    await expect(saved).rejects.not.toThrow(/\n|a-secret-password/);
    expect(readdirSync(folder).filter((name) => name.startsWith("ocis-"))).toEqual([]);
  });

  const noSshd = whyNoSshd();
  if (noSshd !== undefined) console.log(`The test of restic over ssh is skipped: ${noSshd}`);
  (noSshd === undefined ? test : test.skip)("it can be on another machine", async () => {
    const server = await startSshd(process.env["PATH"] ?? "");
    try {
      server.configure(
        `Host backup\n  HostName 127.0.0.1\n  Port ${server.port}\n  IdentityFile ${server.key}`,
      );
      process.env["PATH"] = server.path;
      restic("init");
      const remote = `restic:sftp:${server.user}@backup:${repository}`;
      await save(remote);
      expect((await runProgram(["backup", "--verify", remote])).stdout).toContain("the backup is complete");
    } finally {
      server.close();
    }
  });
});
