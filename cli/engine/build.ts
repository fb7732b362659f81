import { existsSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENGINE_VERSION, type Finder } from "./engine";
import { putIntoCache } from "./finders";
import { findProgram, reporting, run } from "./programs";

/** A build takes about three minutes on two cores, and longer on a small machine that must fetch the modules first. */
const LIMIT = 45 * 60 * 1000;

const REPORT_INTERVAL = 30_000;

const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
/** What `pulumi version` prints; empty unless the linker sets it. */
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** The engine built from source, for places that reach a Go module proxy but not get.pulumi.com. */
export const built: Finder = {
  name: "build from the Go module",
  async find(search) {
    const go = await goCommand(goVersion());
    search.progress(
      `Building the Pulumi engine ${ENGINE_VERSION} from its Go module, once only: some minutes, and 3 GB of Go's caches`,
    );
    const watch = new BuildWatch(goModule());
    const runGo = (args: readonly string[]) =>
      run(go, args, {
        directory: moduleDirectory(),
        // The build needs no C compiler, and ignores a go.work above the checkout.
        environment: { CGO_ENABLED: "0", GOWORK: "off" },
        milliseconds: LIMIT,
        onLine: watch.see,
      });
    const state = (seconds: number) => `Building the Pulumi engine: ${seconds} s, ${watch.state}`;
    const build = async () => {
      watch.expect(await runGo(["list", "-mod=readonly", "-deps", PACKAGE]));
      return putIntoCache(search, "built", async (root) => {
        await mkdir(join(root, "bin"));
        const program = process.platform === "win32" ? "pulumi.exe" : "pulumi";
        await runGo(buildArguments(join(root, "bin", program)));
      });
    };
    return reporting(search.progress, state, build, REPORT_INTERVAL);
  },
};

/** Read-only: go.sum pins what is built. `-v` prints every package, which shows the progress. */
export function buildArguments(output: string): string[] {
  const flags = `-s -w -X ${VERSION_VARIABLE}=v${ENGINE_VERSION}`;
  return ["build", "-mod=readonly", "-buildvcs=false", "-v", "-ldflags", flags, "-o", output, PACKAGE];
}

/** The `go` on PATH, if it is new enough or allowed to fetch a newer one. */
async function goCommand(needed: string): Promise<string> {
  const go = await findProgram("go");
  if (go === undefined) throw new Error(`go isn't on PATH; Go ${needed} or newer can build the engine`);
  // Run outside the module: inside, Go would switch to the toolchain that go.mod requires.
  const answer = await run(go, ["env", "GOVERSION", "GOTOOLCHAIN"], {
    directory: tmpdir(),
    milliseconds: 30_000,
  });
  const [version = "", toolchain = ""] = answer.split("\n").map((line) => line.trim());
  if (!goIsOlder(version, needed) || /(^|\+)auto$/.test(toolchain)) return go;
  const why = toolchain === "" ? "" : `, and GOTOOLCHAIN=${toolchain} stops it from fetching a newer one`;
  throw new Error(`${go} is ${version}${why}; Go ${needed} or newer can build the engine`);
}

/** Compares `go1.24.1` with `1.25.11`; a development version of Go has no number and counts as new. */
export function goIsOlder(version: string, needed: string): boolean {
  const number = /^go(\d+(?:\.\d+)*)/.exec(version)?.[1];
  return number !== undefined && number.localeCompare(needed, "en", { numeric: true }) < 0;
}

/** The Go version that the pinned go.mod requires. */
export function goVersion(): string {
  const version = /^go (\S+)$/m.exec(goModule())?.[1];
  if (version === undefined) throw new Error("engine/go.mod has no Go version");
  return version;
}

const goModule = () => readFileSync(join(moduleDirectory(), "go.mod"), "utf8");

/** The folder with the pinned go.mod, found from the source and from the compiled code in bin/. */
export function moduleDirectory(): string {
  const found = [__dirname, join(__dirname, "..", "..", "..", "engine")].find((directory) =>
    existsSync(join(directory, "go.mod")),
  );
  if (found === undefined) throw new Error("engine/go.mod is missing from this package: install it again");
  return found;
}

/** Follows the progress of `go list` and `go build -v` by their output. */
export class BuildWatch {
  readonly #allModules: number;
  #modules = 0;
  #allPackages = 0;
  #packages = 0;

  /** @param goModule the text of go.mod, which lists every module */
  constructor(goModule: string) {
    this.#allModules = (goModule.match(/^(?:require )?\s*\S+ v\d\S*( \/\/ indirect)?$/gm) ?? []).length;
  }

  /** @param packages all packages of the engine, one a line */
  expect(packages: string): void {
    this.#allPackages = packages.split("\n").filter((line) => line !== "").length;
  }

  readonly see = (line: string): void => {
    if (line.startsWith("go: downloading")) this.#modules += 1;
    else if (!line.startsWith("go: ")) this.#packages += 1;
  };

  get state(): string {
    // Go doesn't print cached modules and packages, so there may be fewer.
    if (this.#allPackages === 0) return `fetched ${this.#modules} of at most ${this.#allModules} modules`;
    if (this.#packages < this.#allPackages)
      return `compiled ${this.#packages} of at most ${this.#allPackages} packages`;
    return "linking";
  }
}
