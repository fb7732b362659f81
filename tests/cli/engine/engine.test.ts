import { readdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { cacheDirectory, engineEnvironment, findEngine, MINIMUM_CLI_VERSION } from "../../../cli/engine";
import { cached, putIntoCache } from "../../../cli/engine/finders";
import { ENGINE_VERSION, engineRoot, type Finder } from "../../../cli/engine/engine";
import { describeWithShell, Sandbox } from "./fakes";

const LAUNCHER = "pulumi-resource-pulumi-nodejs";
const nodeDirectory = dirname(process.execPath);

describeWithShell("finding the engine", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => {
    sandbox.remove();
  });

  const find = (...getters: Finder[]) =>
    findEngine({ cache: sandbox.cache, progress: sandbox.progress, getters });

  /** A finder that puts a fake engine into the cache and counts its calls. */
  function getter(source: "downloaded" | "built"): Finder & { calls: number } {
    const finder = {
      name: source,
      calls: 0,
      find: () => {
        finder.calls += 1;
        return putIntoCache(sandbox.search, source, (root) => {
          sandbox.script("pulumi", `echo v${ENGINE_VERSION}`, join(root, "bin"));
          return Promise.resolve();
        });
      },
    };
    return finder;
  }

  const blocked = (name: string, reason: string): Finder => ({
    name,
    find: () => Promise.reject(new Error(reason)),
  });

  test("takes the CLI on PATH first, with its own launcher", async () => {
    sandbox.script("pulumi", "echo v3.300.1");
    sandbox.script(LAUNCHER, "");
    const finder = getter("downloaded");
    const engine = await find(finder);
    expect(engine).toMatchObject({ source: "path", version: "3.300.1", directory: sandbox.path });
    expect(engine.command.command).toBe("pulumi");
    expect(engine.environment["PATH"]).toBe([sandbox.path, nodeDirectory].join(delimiter));
    expect(finder.calls).toBe(0);
    expect(sandbox.lines).toEqual([]);
  });

  test("gives a CLI without the Node.js launcher ours, at the end of PATH", async () => {
    sandbox.script("pulumi", `echo v${MINIMUM_CLI_VERSION}`);
    const launchers = join(sandbox.cache, "launcher");
    const engine = await find();
    expect(engine.environment["PATH"]).toBe([sandbox.path, launchers, nodeDirectory].join(delimiter));
    expect(readdirSync(launchers)).toEqual([LAUNCHER]);
  });

  test.each([
    ["3.215.9", `is version 3.215.9, at least ${MINIMUM_CLI_VERSION} is needed`],
    ["three", "prints no version"],
  ])("says why the CLI %s on PATH is not used, and goes on", async (version, reason) => {
    const pulumi = sandbox.script("pulumi", `echo ${version}`);
    const engine = await find(getter("downloaded"));
    expect(engine.source).toBe("downloaded");
    expect(sandbox.lines[0]).toBe(`Can't use pulumi on PATH (${pulumi} ${reason}); next: the cache`);
  });

  test("says what a CLI that does not start complains of", async () => {
    sandbox.script("pulumi", "echo 'no glibc 2.99' >&2; exit 3");
    await find(getter("built"));
    expect(sandbox.lines[0]).toContain("pulumi version");
    expect(sandbox.lines[0]?.split("\n")).toHaveLength(1);
  });

  test("goes on to the next getter when one fails, and finds the engine in the cache afterwards", async () => {
    const finder = getter("built");
    const first = await find(blocked("download", "no network"), finder);
    const root = engineRoot(sandbox.cache);
    expect(first).toMatchObject({ source: "built", version: ENGINE_VERSION, directory: join(root, "bin") });
    expect(first.environment["PATH"]?.split(delimiter)[0]).toBe(join(root, "bin"));
    // A missing engine isn't reported at first.
    expect(sandbox.lines).toEqual(["Can't use download (no network); next: built"]);
    expect(readdirSync(join(root, "bin")).sort()).toEqual(["pulumi", LAUNCHER]);

    const second = await find(finder);
    expect(second).toMatchObject({ source: "built", directory: join(root, "bin") });
    expect(finder.calls).toBe(1);
    expect(readdirSync(dirname(root))).toEqual([ENGINE_VERSION]);
  });

  test("replaces a broken engine in the cache", async () => {
    const bin = join(engineRoot(sandbox.cache), "bin");
    sandbox.script("pulumi", "exit 1", bin);
    writeFileSync(join(bin, "..", "origin"), "downloaded");
    expect((await find(getter("built"))).source).toBe("built");
    expect(readdirSync(dirname(engineRoot(sandbox.cache)))).toEqual([ENGINE_VERSION]);
  });

  test("keeps nothing of an engine that does not answer, or is another version", async () => {
    const wrong: Finder = {
      name: "wrong",
      find: () =>
        putIntoCache(sandbox.search, "downloaded", (root) => {
          sandbox.script("pulumi", "echo v3.1.0", join(root, "bin"));
          return Promise.resolve();
        }),
    };
    await expect(find(wrong)).rejects.toThrow(/wrong: the engine in .* is version 3\.1\.0/);
    await expect(cached.find(sandbox.search)).rejects.toThrow("nothing in");
    expect(readdirSync(dirname(engineRoot(sandbox.cache)))).toEqual([]);
  });

  test("gets one engine when two ask at once", async () => {
    const finder = getter("built");
    const engines = await Promise.all([find(finder), find(finder)]);
    expect(engines.map((engine) => engine.version)).toEqual([ENGINE_VERSION, ENGINE_VERSION]);
    expect(finder.calls).toBe(1);
    expect(sandbox.lines).toContain("Waiting for another process that is getting the engine");
  });

  test("gives a reason for each way and the fix, when no engine is found", async () => {
    const finders = [
      blocked("download from get.pulumi.com", "fetch failed"),
      blocked("build", "no go on PATH"),
    ];
    const error: unknown = await find(...finders).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message.split("\n")).toEqual([
      "No Pulumi engine was found, and none could be downloaded or built:",
      "  pulumi on PATH: there is none",
      `  the cache: nothing in ${engineRoot(sandbox.cache)}`,
      "  download from get.pulumi.com: fetch failed",
      "  build: no go on PATH",
      expect.stringMatching(
        /^Fix: install the Pulumi CLI 3\.\d+\.0 or newer \(https:.*\) or Go 1\.\d+\.\d+ or newer/,
      ),
    ]);
  });

  test("says so when the cache directory can't be created", async () => {
    writeFileSync(sandbox.cache, "a file");
    await expect(find(getter("built"))).rejects.toThrow(/the cache directory: (ENOTDIR|EEXIST)/);
  });

  test("asks a CLI for its version in our own Pulumi home", async () => {
    process.env["PULUMI_HOME"] = "/home/of/the/user";
    sandbox.script("pulumi", 'test "$PULUMI_HOME" = /home/of/the/user && exit 1; echo v3.300.0');
    expect((await find()).source).toBe("path");
    expect(process.env["PULUMI_HOME"]).toBe("/home/of/the/user");
  });

  test("keeps a run away from the user's own Pulumi login", async () => {
    process.env["PULUMI_HOME"] = join(sandbox.root, "home of the user");
    process.env["PULUMI_ACCESS_TOKEN"] = "pul-of-the-user";
    const engine = await find(getter("built"));
    const backendDirectory = join(sandbox.root, "a state #1");
    const environment = engineEnvironment(engine, { backendDirectory, passphrase: "secret" });
    expect(environment).toEqual({
      PATH: engine.environment["PATH"],
      PULUMI_HOME: join(sandbox.cache, "home"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_BACKEND_URL: `file://${sandbox.root}/a%20state%20%231`,
      PULUMI_CONFIG_PASSPHRASE: "secret",
      PULUMI_CONFIG_PASSPHRASE_FILE: "",
      PULUMI_ACCESS_TOKEN: "",
    });
    expect(readdirSync(backendDirectory)).toEqual([]);
  });
});

describe("the cache directory", () => {
  test.each([
    ["linux", {}, "/h/.cache/ocis-pocket-id"],
    ["linux", { XDG_CACHE_HOME: "/fast" }, "/fast/ocis-pocket-id"],
    ["linux", { XDG_CACHE_HOME: "" }, "/h/.cache/ocis-pocket-id"],
    ["darwin", {}, "/h/Library/Caches/ocis-pocket-id"],
    ["win32", { LOCALAPPDATA: "/h/L" }, "/h/L/ocis-pocket-id/Cache"],
  ] as const)("on %s with %j is %s", (platform, environment, expected) => {
    expect(cacheDirectory(environment, platform, "/h")).toBe(join(expected));
  });
});
