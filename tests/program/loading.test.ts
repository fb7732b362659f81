import { execFileSync } from "node:child_process";
import { join } from "node:path";

const ROOT = join(__dirname, "..", "..");

/** Packages that are loaded when this code has run. */
function packagesAfter(code: string): Set<string | undefined> {
  const script = `${code}; console.log(JSON.stringify(Object.keys(require.cache)))`;
  const output = execFileSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" });
  const loaded = JSON.parse(output) as string[];
  return new Set(loaded.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]));
}

test("a program that declares resources of Pocket ID loads nothing that only handlers need", () => {
  const loaded = packagesAfter('require("@ocis-pocket-id/providers")');
  expect(loaded).toContain("@pulumi/pulumi");
  expect(["zod", "axios"].filter((name) => loaded.has(name))).toEqual([]);
  // The first validation loads zod.
  const handlers = packagesAfter('require("@ocis-pocket-id/providers/handlers")');
  expect(handlers).toContain("zod");
});

test("a stack loads only what its target needs", () => {
  const loaded = packagesAfter('require("./bin/index.js")');
  expect(loaded).toContain("@pulumi/pulumi");
  // The SDK's main module loads the second one.
  expect(["@pulumi/docker", "@npmcli/arborist"].filter((name) => loaded.has(name))).toEqual([]);
});
