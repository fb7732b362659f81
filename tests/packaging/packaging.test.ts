import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { engineEnvironment } from "../../cli/engine";
import { testEngine } from "../support/engine";
import { startEmulator } from "../../emulator";
import { installInto, PACKAGE_MANAGERS, packBoth, run, type Tarball } from "./package-managers";
import type { Deployed } from "./project/deploy";

/**
 * Both packages as their users get them: packed, installed into an empty project far from this checkout, compiled
 * against and run there by the real engine. The other dependencies come from the registry.
 */
const PROJECT = path.join(__dirname, "project");
const TSC = require.resolve("typescript/bin/tsc");

let directory: string;
let tarballs: Tarball[];

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "ocis-pocket-id-packaging-"));
  tarballs = await packBoth(path.join(directory, "tarballs"));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe("the tarballs", () => {
  test("hold the compiled code with its types, README, licence, and nothing else", () => {
    expect(tarballs.map(({ name }) => name)).toEqual([
      "@ocis-pocket-id/providers",
      "@ocis-pocket-id/components",
    ]);
    for (const { name, files } of tarballs) {
      const compiled = files.filter((file) => file.startsWith("bin/"));
      expect([name, files.filter((file) => !compiled.includes(file)).sort()]).toEqual([
        name,
        ["LICENSE", "README.md", "package.json"],
      ]);
      expect([name, compiled.filter((file) => !/\.(js|js\.map|d\.ts)$/.test(file))]).toEqual([name, []]);
      expect(compiled).toEqual(expect.arrayContaining(["bin/index.js", "bin/index.d.ts"]));
    }
  });

  test("have the code of today, and no test of it", () => {
    for (const [{ files }, folder] of [
      [tarballs[0], "providers"],
      [tarballs[1], "components"],
    ] as [Tarball, string][]) {
      const sources = files.filter((file) => file.endsWith(".js")).map((file) => sourceOf(folder, file));
      expect(sources.filter((source) => !existsSync(source))).toEqual([]);
    }
  });
});

describe.each(PACKAGE_MANAGERS)("a project installed with $name", (manager) => {
  let project: string;

  beforeAll(async () => {
    project = path.join(directory, manager.name);
    await installInto(project, manager, tarballs);
    cpSync(PROJECT, project, { recursive: true });
  }, 10 * 60_000);

  test("has maps that carry their sources", () => {
    const bin = path.join(project, "node_modules", "@ocis-pocket-id", "providers", "bin");
    const maps = readdirSync(bin, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".map"),
    );
    expect(maps.length).toBeGreaterThan(10);
    for (const map of maps) {
      const { sources, sourcesContent } = JSON.parse(readFileSync(path.join(bin, map), "utf8")) as {
        sources: string[];
        sourcesContent?: (string | null)[];
      };
      expect([map, sourcesContent?.filter((text) => typeof text === "string").length]).toEqual([
        map,
        sources.length,
      ]);
    }
  });

  test("compiles under both ways of finding modules", async () => {
    await compile(project, { module: "ES2022", moduleResolution: "bundler", noEmit: true });
    await compile(project, { module: "Node16", moduleResolution: "Node16", outDir: "." });
  }, 120_000);

  test("imports from an ES module", async () => {
    expect(JSON.parse(await run(process.execPath, ["import.mjs"], project))).toEqual({
      kinds: ["function", "function", "function", "function"],
      image: "string",
    });
  });

  test("gives a company its logins by a real up, has nothing to do then, and leaves nothing", async () => {
    const pocketId = await startEmulator();
    pocketId.addUser({ username: "alice" });
    try {
      const environment = {
        ...engineEnvironment(await testEngine(), {
          backendDirectory: path.join(project, "backend"),
          passphrase: "test passphrase",
        }),
        PACKAGING_API_KEY: pocketId.apiKey,
      };
      const answer = await run(
        process.execPath,
        ["deploy.js", pocketId.url, pocketId.issuer],
        project,
        environment,
      );
      const deployed = JSON.parse(answer) as Deployed;
      const { create: count = 0 } = deployed.up as { create?: number };
      expect(count).toBeGreaterThan(15);
      expect(deployed).toMatchObject({
        up: { create: count },
        preview: { same: count },
        refresh: { same: count },
        destroy: { delete: count },
        clientId: "ocis.company.example",
      });
      expect(Object.keys(deployed.groupIds as object).sort()).toEqual([
        "admin",
        "guest",
        "spaceAdmin",
        "user",
      ]);
      const writes = pocketId.requests.filter(({ method }) => method !== "GET");
      expect(writes.filter(({ status }) => status >= 300)).toEqual([]);
      expect(writes.filter(({ method }) => method === "DELETE").length).toBeGreaterThan(8);
    } finally {
      await pocketId.close();
    }
  }, 180_000);
});

function sourceOf(folder: string, file: string): string {
  return path.join(__dirname, "..", "..", folder, file.replace(/^bin\//, "").replace(/\.js$/, ".ts"));
}

/** Compiles the project as its owner would, with declarations of ours checked as well. */
async function compile(project: string, options: object): Promise<void> {
  const compilerOptions = {
    target: "ES2022",
    strict: true,
    esModuleInterop: true,
    types: ["node"],
    ...options,
  };
  const config = path.join(project, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions, files: ["deploy.ts"] }));
  await run(process.execPath, [TSC, "--project", config], project);
}
