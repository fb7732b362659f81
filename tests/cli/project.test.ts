import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openProject } from "../../cli/stacks";
import { testEngine } from "../support/engine";

let folder: string;
beforeAll(async () => {
  await testEngine();
  folder = mkdtempSync(join(realpathSync(tmpdir()), "project-"));
  mkdirSync(join(folder, "app"));
  writeFileSync(join(folder, "app", "index.js"), "");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The engine starts our handlers there, and from there they find out where relative paths count from. */
test.each([
  ["no main", {}, ""],
  ["a folder", { main: "app/" }, "app"],
  ["a file", { main: "app/index.js" }, "app"],
  ["what is not there yet", { main: "bin/" }, ""],
])("the program's folder with %s", async (_what, settings, expected) => {
  const project = { name: "p", runtime: "nodejs", ...settings };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
  const { directory, programDirectory } = await openProject({ cwd: join(folder, "app") });
  expect([directory, programDirectory]).toEqual([folder, join(folder, expected)]);
});
