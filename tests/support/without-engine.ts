import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** A unit test that starts an engine fails, on every machine: there is none on PATH, and none in the cache. */
const hasEngine = (folder: string) => {
  try {
    accessSync(join(folder, "pulumi"), constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
const folders = (process.env["PATH"] ?? "").split(delimiter);
process.env["PATH"] = folders.filter((folder) => !hasEngine(folder)).join(delimiter);
process.env["XDG_CACHE_HOME"] = join(__dirname, "..", "..", ".cache", "without-engine");
