import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./pages";

/** All sources of a package, as absolute paths. */
export function sourcesIn(folder: "providers" | "components"): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /(?<!\.d)\.ts$/.test(name) && !/^(bin|node_modules)[\\/]/.test(name))
    .map((name) => join(ROOT, folder, name));
}
