import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ENGINE_VERSION } from "./cache";
import { putIntoCache } from "./cached";
import type { Road } from "./engine";
import { findProgram, run } from "./programs";
import { tick } from "./reason";

/** About three minutes on two cores with the modules there, longer on a small machine that must fetch them first. */
const LIMIT = 45 * 60 * 1000;

/** How often the progress is told. */
const INTERVAL = 30_000;

const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
/** What the engine answers to `pulumi version`; empty unless the linker is told. */
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** The engine from its source, for places that have a Go module proxy but no way to get.pulumi.com. */
export const built: Road = {
  name: "build from the Go module",
  async find(search) {
    const module = moduleDirectory();
    const goModule = await readFile(join(module, "go.mod"), "utf8");
    const go = await goCommand(goVersion(goModule));
    search.progress(
      `Building the Pulumi engine ${ENGINE_VERSION} from its Go module, once only: some minutes, and 3 GB of Go's caches`,
    );
    const watch = new BuildWatch(goModule);
    const stop = tick((seconds) => {
      search.progress(`Building the Pulumi engine: ${seconds} s, ${watch.state}`);
    }, INTERVAL);
    const options = {
      directory: module,
      // No C compiler is asked for, and a go.work above the checkout is not ours.
      environment: { CGO_ENABLED: "0", GOWORK: "off" },
      milliseconds: LIMIT,
      onLine: (line: string) => {
        watch.see(line);
      },
    };
    try {
      watch.expect(await run(go, ["list", "-mod=readonly", "-deps", PACKAGE], options));
      return await putIntoCache(search, "built", async (root) => {
        const bin = join(root, "bin");
        await mkdir(bin);
        const program = join(bin, process.platform === "win32" ? "pulumi.exe" : "pulumi");
        await run(go, buildArguments(program), options);
      });
    } finally {
      stop();
    }
  },
};

/** Read-only: what is built is what go.sum pins. `-v` names every package, from which the progress is told. */
export function buildArguments(output: string): string[] {
  const flags = `-s -w -X ${VERSION_VARIABLE}=v${ENGINE_VERSION}`;
  return ["build", "-mod=readonly", "-buildvcs=false", "-v", "-ldflags", flags, "-o", output, PACKAGE];
}

/** The `go` on PATH, when it is new enough or may fetch a newer one. */
async function goCommand(needed: string): Promise<string> {
  const go = await findProgram("go");
  if (go === undefined) throw new Error(`no go on PATH; Go ${needed} or newer can build the engine`);
  // Asked outside the module: inside, Go would already switch to the toolchain that go.mod names.
  const answer = await run(go, ["env", "GOVERSION", "GOTOOLCHAIN"], {
    directory: tmpdir(),
    milliseconds: 30_000,
  });
  const [version = "", toolchain = ""] = answer.split("\n").map((line) => line.trim());
  if (!goIsOlder(version, needed) || /(^|\+)auto$/.test(toolchain)) return go;
  const why = toolchain === "" ? "" : ` and GOTOOLCHAIN=${toolchain} keeps it from fetching a newer one`;
  throw new Error(`${go} is ${version}${why}; Go ${needed} or newer can build the engine`);
}

/** The Go version that a go.mod asks for. */
export function goVersion(module: string): string {
  const version = /^go (\S+)$/m.exec(module)?.[1];
  if (version === undefined) throw new Error("engine/go.mod names no Go version");
  return version;
}

/** Compares `go1.24.1` with `1.25.11`; a development version of Go, which has no number, counts as new. */
export function goIsOlder(version: string, needed: string): boolean {
  const number = /^go(\d+(?:\.\d+)*)/.exec(version)?.[1];
  if (number === undefined) return false;
  const have = number.split(".").map(Number);
  for (const [index, wanted] of needed.split(".").map(Number).entries()) {
    const difference = (have[index] ?? 0) - wanted;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** The folder with the pinned go.mod, seen from the source as well as from what is compiled into bin/. */
export function moduleDirectory(): string {
  const found = [__dirname, join(__dirname, "..", "..", "..", "engine")].find((directory) =>
    existsSync(join(directory, "go.mod")),
  );
  if (found === undefined) throw new Error("engine/go.mod isn't in this package: install it again");
  return found;
}

/** Tells from the output of `go list` and `go build -v` what they are doing, and how much there is to do. */
export class BuildWatch {
  readonly #allModules: number;
  #modules = 0;
  #allPackages = 0;
  #packages = 0;

  /** @param goModule the text of go.mod, which requires every module */
  constructor(goModule: string) {
    this.#allModules = (goModule.match(/^(?:require )?\s*\S+ v\d\S*( \/\/ indirect)?$/gm) ?? []).length;
  }

  /** @param packages all that the engine is made of, line by line */
  expect(packages: string): void {
    this.#allPackages = packages.split("\n").filter((line) => line !== "").length;
  }

  see(line: string): void {
    if (line.startsWith("go: downloading")) this.#modules += 1;
    else if (!line.startsWith("go: ")) this.#packages += 1;
  }

  get state(): string {
    // Modules and packages that Go has in its caches are not named, so there may be fewer to do.
    if (this.#allPackages === 0) return `fetched ${this.#modules} of at most ${this.#allModules} modules`;
    if (this.#packages < this.#allPackages)
      return `compiled ${this.#packages} of at most ${this.#allPackages} packages`;
    return "linking";
  }
}
