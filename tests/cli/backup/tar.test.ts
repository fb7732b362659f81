import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, linkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { portable } from "../../../cli/backup/archive";
import { tarOf, TarReader } from "../../../cli/backup/tar";

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
  if (format !== "ustar") symlinkSync(`/${"target".repeat(40)}`, join(root, "long link"));
  const archive = execFileSync("tar", ["-c", `--format=${format}`, "--sort=name", "-C", root, "."]);
  const listed = execFileSync("tar", ["-t", "--quoting-style=literal"], { input: archive, encoding: "utf8" });
  expect(namesIn(archive, chunk)).toEqual(listed.trimEnd().split("\n"));
});

/** As Docker writes a file from 8 GiB: its size is in a record only. */
function withSizeRecord(name: string, content: string): Buffer {
  const record = tarOf("record", `15 size=${String(content.length).padStart(6, "0")}\n`).subarray(0, 1_024);
  const file = tarOf(name, content);
  record.write("x", 156);
  file.write("0".repeat(11), 124);
  for (const header of [record, file]) {
    header.fill(" ", 148, 156);
    const sum = header.subarray(0, 512).reduce((before, byte) => before + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  }
  return Buffer.concat([record, file]);
}

test.each([1, 700, 100_000])("a size in a record is in the header too, %d bytes at a time", async (chunk) => {
  const archive = withSizeRecord("data/big", "x".repeat(1_000));
  const chunks = Array.from({ length: Math.ceil(archive.length / chunk) }, (_, index) =>
    archive.subarray(index * chunk, (index + 1) * chunk),
  );
  const names: string[] = [];
  const parts: Buffer[] = [];
  const pass = portable(({ name }) => names.push(name));
  for await (const part of pass(Readable.from(chunks))) parts.push(part);
  expect(names).toEqual(["data/big"]);
  const portableArchive = Buffer.concat(parts);
  expect(portableArchive).toHaveLength(archive.length);
  // What doesn't read records.
  const withoutRecord = portableArchive.subarray(1_024);
  expect(namesIn(withoutRecord, 512)).toEqual(["data/big"]);
  const content = execFileSync("tar", ["-x", "--to-stdout", "data/big"], { input: withoutRecord });
  expect(content.toString()).toBe("x".repeat(1_000));
});
