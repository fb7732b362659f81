import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, linkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TarReader } from "../../../cli/backup/tar";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tar-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The names of an archive that comes in chunks of some bytes. */
function namesIn(archive: Buffer, chunk: number): string[] {
  const names: string[] = [];
  const reader = new TarReader(({ name, isFolder }) => names.push(isFolder ? `${name}/` : name));
  for (let at = 0; at < archive.length; at += chunk) reader.write(archive.subarray(at, at + chunk));
  reader.end();
  return names;
}

test.each([
  ["pax", 512],
  ["pax", 7],
  ["gnu", 10_000],
  ["ustar", 511],
])("what GNU tar writes as %s is read, %d bytes at a time", (format, chunk) => {
  const root = join(folder, `${format}-${chunk}`);
  const long = format === "ustar" ? "short" : `${"ü".repeat(80)}/${"n".repeat(200)}`;
  mkdirSync(join(root, long, "empty"), { recursive: true });
  writeFileSync(join(root, long, "file"), "x".repeat(513));
  writeFileSync(join(root, "zeros"), Buffer.alloc(2_048));
  linkSync(join(root, long, "file"), join(root, "hard"));
  symlinkSync("/etc/passwd", join(root, "link"));
  const archive = execFileSync("tar", ["-c", `--format=${format}`, "--sort=name", "-C", root, "."]);
  const listed = execFileSync("tar", ["-t", "--quoting-style=literal"], { input: archive, encoding: "utf8" });
  expect(namesIn(archive, chunk)).toEqual(listed.trimEnd().split("\n"));
});
