import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import ts from "typescript";
import { caller } from "../support/pocket-id";

/** The program as its own process, compiled for this test: its `bin/` may be missing or old. */
describe("emulator/main", () => {
  const directory = mkdtempSync(join(tmpdir(), "pocket-id-main-"));
  const root = join(__dirname, "../..");
  beforeAll(() => {
    const folder = join(root, "emulator");
    const sources = readdirSync(folder).map((name) => join(folder, name));
    ts.createProgram(sources, {
      outDir: directory,
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      isolatedModules: true,
      noResolve: true,
      noLib: true,
    }).emit();
  });
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  const run = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [join(directory, "main.js"), ...args], {
      env: {
        ...process.env,
        KEY_OF_THE_DEMO: "a-key-from-the-environment",
        NODE_PATH: join(root, "node_modules"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });

  test("prints its URL, answers with the key from the environment, and ends on SIGTERM", async () => {
    const child = run(
      "--version",
      "2.14",
      "--api-key-env",
      "KEY_OF_THE_DEMO",
      "--data-file",
      join(directory, "s.json"),
    );
    if (!child.stdout) throw new Error("no output to read");
    const [url] = (await once(createInterface(child.stdout), "line")) as [string];
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { body } = await caller({ url, apiKey: "a-key-from-the-environment" })(
      "GET",
      "/api/version/current",
    );
    expect(body).toEqual({ currentVersion: "2.14.0" });
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test.each([
    [["--version", "1.0"], "--version must be 2.9 or 2.14, not 1.0"],
    [["--port", "many"], "--port must be a number up to 65535, not many"],
    [["--api-key-env", "NOT_SET_ANYWHERE"], "NOT_SET_ANYWHERE"],
  ])("refuses %j", async (args, reason) => {
    const child = run(...args);
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    expect(await once(child, "close")).toEqual([1, null]);
    expect(said).toContain(reason);
  });
});
