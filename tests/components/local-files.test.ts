import { localFiles } from "@ocis-pocket-id/components/handlers";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operate, UNKNOWN } from "../support/operate";

const handler = operate(localFiles, {});
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** A project: a folder with a Pulumi.yaml, in whose `bin` the plugin process runs. */
let project: string;
const checkout = process.cwd();
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "local-files-"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: test\nruntime: nodejs\n");
  mkdirSync(join(project, "bin"));
  process.chdir(join(project, "bin"));
});
afterEach(() => {
  process.chdir(checkout);
  rmSync(project, { recursive: true });
});
const at = (...path: string[]) => join(project, ...path);
const text = (...path: string[]) => readFileSync(at(...path), "utf8");
const args = { directory: "out/bundle", files: { a: "one\n", b: "two\n" } };

test("writes below the project's root, readable for everyone, and keeps the relative path", async () => {
  const { id, outputs } = await handler.create(args);
  expect([text("out", "bundle", "a"), text("out", "bundle", "b")]).toEqual(["one\n", "two\n"]);
  expect(statSync(at("out", "bundle", "a")).mode & 0o777).toBe(0o644);
  expect(readdirSync(at("out", "bundle"))).toEqual(["a", "b"]);
  expect(id).toBe("out/bundle");
  expect(JSON.stringify(outputs)).not.toContain(project);
});

test("hashes are known at preview, when the texts are", async () => {
  expect((await handler.check(args)).inputs).toMatchObject({
    hashes: { a: sha256("one\n"), b: sha256("two\n") },
  });
  expect((await handler.check({ ...args, files: { a: UNKNOWN } })).inputs).not.toHaveProperty("hashes");
});

test("a refresh finds edited and missing files, and the next up restores them", async () => {
  const entry = await handler.create(args);
  writeFileSync(at("out", "bundle", "a"), "edited");
  rmSync(at("out", "bundle", "b"));
  const refreshed = await handler.refresh(entry);
  expect(refreshed?.inputs).toMatchObject({ files: { a: "edited" }, hashes: { a: sha256("edited") } });
  expect(await handler.diff(refreshed ?? entry, args)).toMatchObject({ changes: true, replaces: [] });
  await handler.update(refreshed ?? entry, args);
  expect([text("out", "bundle", "a"), text("out", "bundle", "b")]).toEqual(["one\n", "two\n"]);
  expect(await handler.diff(await handler.create(args), args)).toMatchObject({ changes: false });
});

test("a refresh that finds no file at all says that they are gone", async () => {
  const entry = await handler.create(args);
  rmSync(at("out"), { recursive: true });
  expect(await handler.refresh(entry)).toBeUndefined();
  await handler.delete(entry);
});

test("an update removes files that are no longer wanted", async () => {
  const entry = await handler.create(args);
  await handler.update(entry, { ...args, files: { b: "new", c: "three" } });
  expect(readdirSync(at("out", "bundle"))).toEqual(["b", "c"]);
});

test("another directory replaces", async () => {
  const entry = await handler.create(args);
  const other = { ...args, directory: "elsewhere" };
  expect(await handler.diff(entry, other)).toMatchObject({ changes: true, replaces: ["directory"] });
});

test("delete removes our files, and folders that are empty then, never the project", async () => {
  const entry = await handler.create(args);
  writeFileSync(at("out", "theirs"), "");
  await handler.delete(entry);
  expect(readdirSync(at("out"))).toEqual(["theirs"]);
  rmSync(at("out", "theirs"));
  await handler.delete(await handler.create(args));
  expect(readdirSync(project)).toEqual(["Pulumi.yaml", "bin"]);
});

test("an absolute directory outside the project is removed when empty, the one above it stays", async () => {
  const outside = mkdtempSync(join(tmpdir(), "outside-"));
  await handler.delete(await handler.create({ ...args, directory: join(outside, "deep") }));
  expect(readdirSync(outside)).toEqual([]);
  rmSync(outside, { recursive: true });
});

test("a file of the same name with another text is refused at preview, with its path", async () => {
  mkdirSync(at("out", "bundle"), { recursive: true });
  writeFileSync(at("out", "bundle", "a"), "theirs");
  writeFileSync(at("out", "bundle", "b"), "two\n");
  const { failures } = await handler.check(args);
  expect(failures).toHaveLength(1);
  expect(failures[0]).toMatchObject({ property: "files" });
  expect(failures[0]?.reason).toMatch(
    /out\/bundle\/a already exists with other content: .*adopt: "ifExists"/,
  );
});

test("with adopt it is overwritten, and stays when the rest is destroyed", async () => {
  mkdirSync(at("out", "bundle"), { recursive: true });
  writeFileSync(at("out", "bundle", "a"), "theirs");
  const entry = await handler.create({ ...args, adopt: "ifExists" });
  expect(text("out", "bundle", "a")).toBe("one\n");
  await handler.delete(entry);
  expect(readdirSync(at("out", "bundle"))).toEqual(["a"]);
});

test("a folder in a file's place is one clear line", async () => {
  mkdirSync(at("out", "bundle", "b"), { recursive: true });
  expect((await handler.check(args)).failures).toEqual([
    {
      property: "directory",
      reason: expect.stringMatching(/bundle\/b is a directory, where a file must be written/) as string,
    },
  ]);
});

test("what was written before a failure is kept in state", async () => {
  const tooLong = "b".repeat(250);
  const failure = await handler
    .create({ ...args, files: { a: "one\n", [tooLong]: "" } })
    .catch((e: unknown) => e);
  expect(failure).toMatchObject({ id: "out/bundle", properties: { files: { a: "one\n" } } });
  expect(readdirSync(at("out", "bundle"))).toEqual(["a"]);
});

test.each([
  ["../x", "'../x' is not a plain file name"],
  ["a/b", "'a/b' is not a plain file name"],
  ["..", "'..' is not a plain file name"],
  ["", "'' is not a plain file name"],
])("the file name '%s' is refused", async (name, reason) => {
  const { failures } = await handler.check({ directory: "out", files: { [name]: "" } });
  expect(failures).toEqual([{ property: "files", reason }]);
});

test("a directory that can't be one is refused at preview", async () => {
  writeFileSync(at("file"), "");
  const { failures } = await handler.check({ ...args, directory: "file/below" });
  expect(failures).toEqual([
    { property: "directory", reason: `${at("file")} is not a directory: choose another directory` },
  ]);
});

const testUnlessRoot = process.getuid?.() === 0 ? test.skip : test;
testUnlessRoot("a directory that is not writable is refused at preview (for root, all are)", async () => {
  mkdirSync(at("locked"), { mode: 0o555 });
  const { failures } = await handler.check({ ...args, directory: "locked/below" });
  expect(failures[0]?.reason).toMatch(/locked is not writable for this user/);
});

test("hashes are not an argument", async () => {
  const { failures } = await handler.check({ ...args, hashes: { a: "b" } });
  expect(failures).toEqual([{ property: "hashes", reason: "is computed from the files" }]);
});
