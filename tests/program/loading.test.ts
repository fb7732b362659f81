import { execFileSync } from "node:child_process";
import { join } from "node:path";

const PROGRAM = join(__dirname, "..", "..", "bin", "index.js");

/** Libraries that take long to load: ours, and what the SDK loads as a whole. */
const HEAVY = ["zod", "axios", "dockerode", "yargs", "typescript", "@npmcli/arborist", "@pulumi/docker"];

test("the program loads no heavy library before the engine can start its plugin", () => {
  const script = `require(${JSON.stringify(PROGRAM)}); console.log(JSON.stringify(Object.keys(require.cache)))`;
  const loaded = JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })) as string[];
  expect(loaded).toContain(join(__dirname, "..", "..", "bin", "program", "stack-connection.js"));
  const packages = new Set(loaded.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]));
  expect(HEAVY.filter((name) => packages.has(name))).toEqual([]);
});
