import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { filesIn } from "../../../cli/backup/archive";
import { verifyBackup } from "../../../cli/backup/manifest";
import { runProgram } from "../../support/program";
import { archiveOf, backupFolder, files } from "./backup-folder";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Writes a backup of these files. */
function made(changes: Readonly<Record<string, Buffer>> = {}): string {
  const folder = backupFolder({ ...files(), ...changes });
  folders.push(folder);
  return folder;
}

test("a complete backup is verified, without a project or an engine", async () => {
  const folder = made();
  const { code, stdout, stderr } = await runProgram(["backup", "--verify", folder], { PATH: "" });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    /^the backup is complete: stack shop\/company at 2026-11-28T03:00:00Z: ocis-config, /,
  );
});

test.each<[string, (folder: string) => void, RegExp]>([
  [
    "cut off",
    (folder) => {
      truncateSync(join(folder, "ocis-config.tar"), 700);
    },
    /ocis-config.tar has 700 bytes instead of \d+$/,
  ],
  [
    "longer",
    (folder) => {
      appendFileSync(join(folder, "state.json"), " ");
    },
    /state.json has 3 bytes instead of 2$/,
  ],
  [
    "with one bit changed",
    (folder) => {
      const file = join(folder, "pocket-id-data.tar");
      const content = readFileSync(file);
      content[520] = (content[520] ?? 0) ^ 1;
      writeFileSync(file, content);
    },
    /pocket-id-data.tar has another checksum than at the backup$/,
  ],
  [
    "missing",
    (folder) => {
      rmSync(join(folder, "ocis-data.tar.gz"));
    },
    /ocis-data.tar.gz is missing$/,
  ],
])("a file that is %s is found", async (_how, damage, problem) => {
  const folder = made();
  damage(folder);
  await expect(verifyBackup(filesIn(folder))).rejects.toThrow(problem);
});

test("all damage is named at once, in one line", async () => {
  const folder = made();
  for (const name of ["ocis-data.tar.gz", "state.json"]) rmSync(join(folder, name));
  const { code, stderr } = await runProgram(["backup", "--verify", folder]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `error: backup ${folder} can't be restored: state.json is missing; ocis-data.tar.gz is missing\n`,
  });
});

const config = archiveOf("ocis-config/ocis.yaml", "ocis-config/csp.yaml");
const node = "ocis-data/storage/users/spaces/ab/cdef/nodes/aa/bb/cc/dd/-1234";
test.each<[string, Record<string, Buffer>, RegExp]>([
  [
    "end too early",
    { "ocis-config.tar": config.subarray(0, -1_024) },
    /ocis-config.tar .*\(it ends too early\)/,
  ],
  [
    "end in a header",
    { "ocis-config.tar": config.subarray(0, 600) },
    /ocis-config.tar .*\(it ends too early\)/,
  ],
  ["aren't tar", { "ocis-config.tar": Buffer.alloc(2_048, "x") }, /ocis-config.tar .*damaged/],
  ["aren't gzip", { "ocis-data.tar.gz": config }, /ocis-data.tar.gz can't be read to its end/],
  [
    "end within gzip",
    { "ocis-data.tar.gz": gzipSync(archiveOf("ocis-data/storage", "ocis-data/x")).subarray(0, -10) },
    /ocis-data.tar.gz can't be read to its end \(unexpected end of file\)/,
  ],
  ["lack ocis.yaml", { "ocis-config.tar": archiveOf("ocis-config/a", "ocis-config/b") }, /has no ocis.yaml/],
  [
    "lack Pocket ID's database",
    { "pocket-id-data.tar": archiveOf("pocket-id-data/x") },
    /has no pocket-id.db/,
  ],
  ["lack an entry", { "ocis-config.tar": archiveOf("ocis-config/ocis.yaml") }, /has 1 of 2 entries/],
  [
    "lack the names of people's files",
    { "ocis-data.tar.gz": gzipSync(archiveOf("ocis-data/storage", node)) },
    /has files without oCIS's .mpk files: .* extended attributes/,
  ],
])("archives that %s are found, whatever the manifest says", async (_how, changes, problem) => {
  await expect(verifyBackup(filesIn(made(changes)))).rejects.toThrow(problem);
});

test("a manifest can't name files elsewhere, and must be of a known format", async () => {
  const folder = made();
  const file = join(folder, "manifest.json");
  const text = readFileSync(file, "utf8");
  for (const change of [
    text.replace("state.json", "../state.json"),
    text.replace('"format":1', '"format":2'),
    "{",
  ]) {
    writeFileSync(file, change);
    await expect(verifyBackup(filesIn(folder))).rejects.toThrow(
      /manifest.json of .* is damaged, or of a newer version: [^\n]+$/,
    );
  }
});

test("a backup that was interrupted has no manifest", async () => {
  const folder = made();
  rmSync(join(folder, "manifest.json"));
  await expect(verifyBackup(filesIn(folder))).rejects.toThrow(
    /isn't a complete backup: manifest.json can't be read \(it has none\)/,
  );
});

test.each([
  [["backup"], "missing --to FOLDER, or --verify BACKUP"],
  [["backup", "--to", "a", "--snapshot", "1234"], "--snapshot is for --verify and restore"],
  [
    ["backup", "--verify", "a", "--snapshot", "1234"],
    "--snapshot is for restic:REPOSITORY: a folder has one backup",
  ],
  [["backup", "--to", "restic:a", "--compress"], "--compress can't be combined with restic"],
  [
    ["backup", "--to", "restic:"],
    "`restic:` names no repository: set RESTIC_REPOSITORY, or write restic:REPOSITORY",
  ],
  [["backup", "--to", "restic:rest:https://a:b@host/"], "the repository's address has a password in it"],
  [["backup", "--to", "a", "--verify", "b"], "--to and --verify can't be combined"],
  [["restore"], "missing folder of a backup"],
])("%j is refused in one line", async (words, problem) => {
  const { code, stderr } = await runProgram(words);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  expect(stderr).toContain(problem);
});
