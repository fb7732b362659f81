import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../support/program";
import { testWithShell } from "./engine/fakes";

/** A machine without an engine, where one could be built: no verb does that on the way to its answer. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "no-engine-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: p\nruntime: nodejs\n");
  writeFileSync(join(folder, "go"), `#!/bin/sh\necho > ${folder}/go-was-started\n`, { mode: 0o755 });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

testWithShell.each([
  [["drift"]],
  [["doctor", "--all"]],
  [["diagram"]],
  [["show", "csp"]],
  [["fleet", "preview"]],
])("%j prints in one line how to get one", async (verb: string[]) => {
  const cache = join(folder, "cache");
  const { code, stdout, stderr } = await runProgram([...verb, "--cwd", folder], {
    PATH: folder,
    XDG_CACHE_HOME: cache,
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /^error: no Pulumi engine found \(pulumi on PATH: there is none; the cache: nothing in .*\): install the Pulumi CLI 3\.\d+\.0 or newer \(https:\S+\), or run `npm run engine` in the checkout, which downloads or builds one\n$/,
  );
  expect([cache, join(folder, "go-was-started")].filter((file) => existsSync(file))).toEqual([]);
});

testWithShell("an engine that is too old is named", async () => {
  writeFileSync(join(folder, "pulumi"), "#!/bin/sh\necho v3.100.0\n", { mode: 0o755 });
  const { code, stderr } = await runProgram(["drift", "--cwd", folder], {
    PATH: folder,
    XDG_CACHE_HOME: join(folder, "cache"),
  });
  expect(code).toBe(1);
  expect(stderr).toContain(
    `(pulumi on PATH: ${folder}/pulumi is version 3.100.0, at least 3.216.0 is needed; the cache`,
  );
});
