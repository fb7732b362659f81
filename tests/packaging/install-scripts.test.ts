import { readFileSync } from "node:fs";
import { join } from "node:path";

const read = (file: string): unknown => JSON.parse(readFileSync(join(__dirname, "..", "..", file), "utf8"));

test("`npm ci` compiles nothing: each script that a dependency would run is denied, and none is needed", () => {
  const { packages } = read("package-lock.json") as {
    packages: Record<string, { hasInstallScript?: boolean }>;
  };
  const { allowScripts } = read("package.json") as { allowScripts: Record<string, boolean> };
  const withScripts = Object.keys(packages).filter((path) => packages[path]?.hasInstallScript === true);
  const names = withScripts.map((path) => path.replace(/^.*node_modules\//, ""));
  expect(names.sort()).toEqual(Object.keys(allowScripts).sort());
  expect(Object.values(allowScripts)).not.toContain(true);
});
