import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, verifyBackup } from "../../../cli/backup/manifest";
import type { SnapshotChoice } from "../../../cli/backup/restic";
import { destinationOf, sourceOf } from "../../../cli/backup/source";
import { runProgram } from "../../support/program";
import { startSshd, whyNoSshd } from "../../support/sshd";
import { backupFolder, files } from "./backup-folder";

const isMissing = spawnSync("restic", ["version"]).error !== undefined;
if (isMissing) console.log("The tests of restic are skipped: it is missing (Debian's package restic)");
const describeWithRestic = isMissing ? describe.skip : describe;

const PASSWORD = "a-secret-password";

describeWithRestic("backups in a restic repository", () => {
  const before = { ...process.env };
  let empty: string;
  let folder: string;
  let repository: string;

  beforeAll(() => {
    // restic takes seconds to create a repository.
    empty = mkdtempSync(join(tmpdir(), "restic-"));
    execFileSync("restic", ["init", "--repo", join(empty, "repository")], {
      env: { ...process.env, RESTIC_PASSWORD: PASSWORD },
      stdio: "pipe",
    });
  });
  afterAll(() => {
    rmSync(empty, { recursive: true });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "restic-"));
    repository = join(folder, "repository");
    cpSync(empty, folder, { recursive: true });
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

  /** Makes a backup of fixed files. @returns what is printed of it */
  async function save(to: string, stack = "company", signal = new AbortController().signal) {
    const source = backupFolder(files());
    const manifest = JSON.parse(readFileSync(join(source, "manifest.json"), "utf8")) as Manifest;
    const backup = await destinationOf(to).begin("shop-company", signal);
    try {
      for (const name of Object.keys(files())) copyFileSync(join(source, name), backup.path(name));
      return await backup.finish({ ...manifest, stack });
    } finally {
      await backup.discard();
      rmSync(source, { recursive: true });
    }
  }

  test("one snapshot with tags has the whole backup, and nothing else is left", async () => {
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
    const latest = async (choice: SnapshotChoice = {}) =>
      (await sourceOf(`restic:${repository}`, choice)).name;
    await expect(latest()).rejects.toThrow(/^restic:.* has no backup$/);
    const first = await save(`restic:${repository}`);
    const second = await save(`restic:${repository}`);
    expect(await latest()).toBe(second);
    expect(await latest({ snapshot: first.slice(-8) })).toBe(first);
    await save(`restic:${repository}`, "other");
    const several = /^restic:.* of several stacks \(.*stack=company; .*stack=other\): use --stack/;
    await expect(latest()).rejects.toThrow(several);
    expect(await latest({ stack: "organization/shop/company" })).toBe(second);
    await expect(latest({ stack: "third" })).rejects.toThrow(/has no backup of stack third$/);
    await expect(latest({ snapshot: "ffffffff" })).rejects.toThrow(
      /no backup with the ID 'ffffffff': `restic snap/,
    );
    // All snapshots of a stack count as one group, although each was of another folder.
    restic("forget", "--tag", "ocis-pocket-id", "--group-by", "tags", "--keep-last", "1");
    expect(JSON.parse(restic("snapshots", "--json"))).toHaveLength(2);
  });

  test("damage in the repository is found", async () => {
    await save(`restic:${repository}`);
    const data = join(repository, "data");
    for (const name of readdirSync(data, { recursive: true, encoding: "utf8" })) {
      if (!/\/[0-9a-f]{64}$/.test(name)) continue;
      const pack = join(data, name);
      chmodSync(pack, 0o600);
      // Of another length, restic would read it again and again.
      writeFileSync(pack, Buffer.alloc(statSync(pack).size));
    }
    const verified = sourceOf(`restic:${repository}`, {}).then(verifyBackup);
    await expect(verified).rejects.toThrow(/^[^\n]+$/);
  });

  test("a snapshot that isn't a whole backup isn't taken for one", async () => {
    const some = join(folder, "some");
    writeFileSync(some, "");
    restic("backup", "--tag", "ocis-pocket-id,stack=company", some);
    const verified = sourceOf(`restic:${repository}`, {}).then(verifyBackup);
    await expect(verified).rejects.toThrow(
      /snapshot [0-9a-f]{8} isn't a complete backup: manifest.json can't be read \(it has none\)$/,
    );
  });

  test("an interruption leaves no snapshot and no lock", async () => {
    const interruption = new AbortController();
    const backup = await destinationOf(`restic:${repository}`).begin("shop-company", interruption.signal);
    await backup.discard();
    interruption.abort(new Error("interrupted: no backup was made"));
    await expect(save(`restic:${repository}`, "company", interruption.signal)).rejects.toThrow(
      /^interrupted/,
    );
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
    if (what === "no repository") rmSync(repository, { recursive: true });
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
      const remote = `restic:sftp:${server.user}@backup:${repository}`;
      await save(remote);
      const { stack } = await verifyBackup(await sourceOf(remote, {}));
      expect(stack).toBe("company");
    } finally {
      server.close();
    }
  });
});
