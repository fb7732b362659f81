import { delimiter, join } from "node:path";

/**
 * A unit test that starts an engine fails, on every machine: the `pulumi` that is first on PATH refuses to run, and nothing can
 * be downloaded or built into a cache that is a file.
 */
process.env["PATH"] = [join(__dirname, "no-engine"), process.env["PATH"]].join(delimiter);
process.env["XDG_CACHE_HOME"] = __filename;
