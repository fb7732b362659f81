import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import {
  buildArguments,
  BuildWatch,
  built,
  goIsOlder,
  goVersion,
  moduleDirectory,
} from "../../../cli/engine/build";
import { ENGINE_VERSION } from "../../../cli/engine/engine";
import { LAUNCHER, WINDOWS_LAUNCHER, writeLauncher } from "../../../cli/engine/launcher";
import { describeWithShell, Sandbox } from "./fakes";

const goModule = readFileSync(join(moduleDirectory(), "go.mod"), "utf8");
const neededGo = goVersion();

describeWithShell("parts of the engine set-up", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    sandbox.remove();
  });

  describe("building", () => {
    /** A `go` that writes a `pulumi` to where -o points, the seventh to last word of the command. */
    const fakeGo = (version: string, toolchain: string, build: string): string =>
      sandbox.script(
        "go",
        `if [ "$1" = env ]; then echo ${version}; echo ${toolchain}; exit 0; fi
         if [ "$1" = list ]; then echo net/http; echo fmt; exit 0; fi
         while [ "$1" != -o ]; do shift; done
         ${build}`,
      );
    const BUILDS = `echo 'echo v${ENGINE_VERSION}' > "$2"; /bin/chmod 755 "$2"`;

    test("makes an engine with the Go on PATH", async () => {
      fakeGo(`go${neededGo}`, "local", BUILDS);
      const engine = await built.find(sandbox.search);
      expect(engine).toMatchObject({ source: "built", version: ENGINE_VERSION });
      expect(sandbox.lines[0]).toContain("from its Go module");
    });

    test("tells how much of how much is done", () => {
      const watch = new BuildWatch(
        "module m\n\ngo 1.25.11\n\nrequire (\n\ta.b/c v1.0.0\n\td v0.1.0 // indirect\n)\n",
      );
      const states = [watch.state];
      watch.see("go: downloading a.b/c v1.0.0");
      states.push(watch.state);
      watch.expect("fmt\nnet/http\n");
      states.push(watch.state);
      for (const line of ["go: finding x", "fmt"]) watch.see(line);
      states.push(watch.state);
      watch.see("net/http");
      expect([...states, watch.state]).toEqual([
        "fetched 0 of at most 2 modules",
        "fetched 1 of at most 2 modules",
        "compiled 0 of at most 2 packages",
        "compiled 1 of at most 2 packages",
        "linking",
      ]);
    });

    test("lets an older Go that may do so fetch a newer one", async () => {
      fakeGo("go1.22.0", "auto", BUILDS);
      expect((await built.find(sandbox.search)).source).toBe("built");
    });

    test("refuses an older Go that may not", async () => {
      const go = fakeGo("go1.22.0", "local", BUILDS);
      await expect(built.find(sandbox.search)).rejects.toThrow(
        `${go} is go1.22.0, and GOTOOLCHAIN=local stops it from fetching a newer one; ` +
          `Go ${neededGo} or newer can build the engine`,
      );
    });

    test("says which Go is needed when there is none", async () => {
      await expect(built.find(sandbox.search)).rejects.toThrow(
        `go isn't on PATH; Go ${neededGo} or newer can build the engine`,
      );
    });

    test("gives the reason of a failed build, not its progress", async () => {
      fakeGo("go1.99.0", "auto", "echo net/http >&2; echo 'go: x@v1: 403 Forbidden' >&2; exit 1");
      await expect(built.find(sandbox.search)).rejects.toThrow(/^go: x@v1: 403 Forbidden$/);
    });

    test.each([
      ["go1.25.10", true],
      ["go1.25.11", false],
      ["go1.26", false],
      ["go2.0", false],
      ["go1.9.7", true],
      ["devel go1.27-abc", false],
    ])("sees whether %s is older than 1.25.11", (version, older) => {
      expect(goIsOlder(version, "1.25.11")).toBe(older);
    });

    test("is pinned: one version in code and go.mod, and nothing may change go.sum", () => {
      expect(goModule).toContain(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION} `);
      expect(goModule).toContain("\ntool github.com/pulumi/pulumi/pkg/v3/cmd/pulumi\n");
      expect(buildArguments("x")).toContain("-mod=readonly");
    });
  });

  describe("the launcher of dynamic resources", () => {
    test("starts the dynamic provider of the directory it is started in", async () => {
      const directory = join(sandbox.root, "launcher");
      await writeLauncher(directory);
      const provider = join(
        sandbox.root,
        "app",
        "node_modules",
        "@pulumi",
        "pulumi",
        "cmd",
        "dynamic-provider",
      );
      mkdirSync(provider, { recursive: true });
      writeFileSync(join(provider, "index.js"), "console.log(JSON.stringify(process.argv.slice(2)))");
      const output = execFileSync(join(directory, "pulumi-resource-pulumi-nodejs"), ["127.0.0.1:1", "a b"], {
        cwd: join(sandbox.root, "app"),
        env: { PATH: [dirname(process.execPath), "/bin"].join(delimiter) },
        encoding: "utf8",
      });
      expect(JSON.parse(output)).toEqual(["127.0.0.1:1", "a b"]);
    });

    test("fails where @pulumi/pulumi is not", async () => {
      await writeLauncher(sandbox.root);
      const result = spawnSync(join(sandbox.root, "pulumi-resource-pulumi-nodejs"), [], {
        cwd: sandbox.root,
        env: { PATH: dirname(process.execPath) },
        encoding: "utf8",
      });
      expect(result.status).not.toBe(0);
      expect(result.stderr).toContain("Cannot find module '@pulumi/pulumi/cmd/dynamic-provider'");
    });

    test("leaves one that is there alone", async () => {
      const file = sandbox.script("pulumi-resource-pulumi-nodejs", "echo official");
      await writeLauncher(sandbox.path);
      expect(readFileSync(file, "utf8")).toContain("official");
      expect(statSync(file).mode & 0o111).not.toBe(0);
    });

    test("is two lines, on Windows too", () => {
      expect(LAUNCHER.trimEnd().split("\n")).toHaveLength(2);
      expect(WINDOWS_LAUNCHER.trimEnd().split("\r\n")).toHaveLength(2);
    });
  });
});
