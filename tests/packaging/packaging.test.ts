import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { engineEnvironment } from "../../cli/engine";
import { startEmulator } from "../../emulator";
import { testEngine } from "../support/engine";
import {
  createProject,
  manifestOf,
  PACKAGE_MANAGERS,
  type PackageFolder,
  PACKAGES,
  packAll,
  run,
  type Tarball,
} from "./package-managers";
import type { Deployed } from "./projects/components/deploy";
import { compile, NODE, packagesIn } from "./compiler";

/**
 * The packages as their users get them: packed, installed into empty projects far from this checkout, compiled against and
 * run there by the real engine. The other dependencies come from the registry.
 */
const ROOT = path.join(__dirname, "..", "..");

let directory: string;
let tarballs: Tarball[];

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "ocis-pocket-id-packaging-"));
  tarballs = await packAll(path.join(directory, "tarballs"));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** What a package has beside its code. */
const OWN_FILES: Partial<Record<PackageFolder, string[]>> = {
  cli: ["engine/go.mod", "engine/go.sum", "ocis-pocket-id.mjs"],
  policy: ["PulumiPolicy.yaml"],
};

describe.each(PACKAGES)("the tarball of %s", (folder) => {
  const filesOf = () => tarballs.find((tarball) => tarball.folder === folder)?.files ?? [];

  test("has the compiled code with its types, README, licence, and nothing else", () => {
    const compiled = filesOf().filter((file) => file.startsWith("bin/"));
    const others = filesOf().filter((file) => !compiled.includes(file));
    const own = OWN_FILES[folder] ?? [];
    expect(others.sort()).toEqual(["LICENSE", "README.md", ...own, "package.json"].sort());
    expect(compiled.filter((file) => !/\.(js|js\.map|d\.ts)$/.test(file))).toEqual([]);
    const entry = folder === "cli" ? "bin/cli/main" : "bin/index";
    expect(compiled).toEqual(expect.arrayContaining([`${entry}.js`, `${entry}.d.ts`]));
  });

  test("has no code without a source", () => {
    const base = folder === "cli" ? ROOT : path.join(ROOT, folder);
    const sources = filesOf()
      .filter((file) => file.endsWith(".js"))
      .map((file) => path.join(base, file.replace(/^bin\//, "").replace(/\.js$/, ".ts")));
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
  });

  test("declares the packages that its code uses, and no more", () => {
    const { name, dependencies = {}, peerDependencies = {} } = manifestOf(folder);
    const { imported, mentioned } = packagesIn(folder === "cli" ? ["cli", "program"] : [folder]);
    // An installation of the command line brings the peers of our packages with it; the engine runs a policy pack with its SDK.
    const peers =
      folder === "cli"
        ? Object.keys(manifestOf("components").peerDependencies ?? {})
        : folder === "policy"
          ? ["@pulumi/pulumi"]
          : [];
    const declared = Object.keys({ ...dependencies, ...peerDependencies });
    expect([...imported].filter((each) => each !== name && !declared.includes(each))).toEqual([]);
    expect(declared.filter((each) => !mentioned.has(each) && !peers.includes(each))).toEqual([]);
  });
});

test.each([
  ["providers", ["axios", "zod"], []],
  // gRPC, which Pulumi's SDK uses too.
  ["policy", ["@pulumi/policy", "js-yaml"], ["protobufjs"]],
] as const)(
  "%s: no install script but those of @pulumi/pulumi, and no Docker library",
  async (folder, its, itsScripts) => {
    const project = path.join(directory, "lock", folder);
    createProject(project, folder, tarballs);
    const tarball = tarballs.find((each) => each.folder === folder);
    // Alone, so that what only its peer brings is marked.
    const dependencies = { [tarball?.name ?? ""]: `file:${tarball?.file ?? ""}` };
    writeFileSync(path.join(project, "package.json"), JSON.stringify({ private: true, dependencies }));
    const [npm] = PACKAGE_MANAGERS;
    await run("npm", [...(npm?.install ?? []), "--package-lock-only"], project);
    const { packages } = JSON.parse(readFileSync(path.join(project, "package-lock.json"), "utf8")) as {
      packages: Record<string, { hasInstallScript?: boolean; peer?: boolean }>;
    };
    const own = Object.entries(packages).filter(([, { peer = false }]) => !peer);
    const names = own.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(its.map((name) => `node_modules/${name}`)));
    const scripts = own.flatMap(([name, { hasInstallScript = false }]) => (hasInstallScript ? [name] : []));
    expect(scripts).toEqual(itsScripts.map((name) => `node_modules/${name}`));
    expect(Object.keys(packages).filter((name) => name.includes("docker"))).toEqual([]);
  },
);

describe.each(PACKAGE_MANAGERS)("projects installed with $name", (manager) => {
  const projectOf = (folder: PackageFolder) => path.join(directory, manager.name, folder);

  beforeAll(async () => {
    for (const folder of PACKAGES) {
      createProject(projectOf(folder), folder, tarballs);
      await run(manager.command, manager.install, projectOf(folder));
    }
  });

  test("have maps that contain their sources", () => {
    const bin = path.join(projectOf("components"), "node_modules", "@ocis-pocket-id", "providers", "bin");
    const maps = readdirSync(bin, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".map"),
    );
    expect(maps.length).toBeGreaterThan(10);
    for (const map of maps) {
      const { sources, sourcesContent } = JSON.parse(readFileSync(path.join(bin, map), "utf8")) as {
        sources: string[];
        sourcesContent?: (string | null)[];
      };
      const contained = sourcesContent?.filter((text) => typeof text === "string").length;
      expect([map, contained]).toEqual([map, sources.length]);
    }
  });

  test.each(["providers", "cli"] as const)(
    "compile and load a program that uses %s alone",
    async (folder) => {
      const project = projectOf(folder);
      await compile(project, "main.ts", { ...NODE, skipLibCheck: manager.name !== "npm" });
      expect(await run(process.execPath, ["main.js"], project)).toBe("function,function,function\n");
    },
    240_000,
  );

  test("start the policy pack as Pulumi's language host does", async () => {
    const output = await run(process.execPath, ["start.mjs"], projectOf("policy"));
    expect(output).toMatch(/^listens on port \d+\n$/);
  });

  test("run the installed command line", async () => {
    const bin = path.join(projectOf("cli"), "node_modules", "ocis-pocket-id", "ocis-pocket-id.mjs");
    expect(await run(process.execPath, [bin, "--version"], directory)).toBe(`${manifestOf("cli").version}\n`);
    const help = await run(process.execPath, [bin, "--help"], directory);
    for (const verb of ["drift", "doctor", "fleet"]) expect(help).toContain(`ocis-pocket-id ${verb}`);
  });

  test("compile a program that uses components", async () => {
    // Whether our exports can be found in both ways, and our declarations are right, depends on no package manager.
    if (manager.name === "npm") {
      const bundler = { module: "ES2022", moduleResolution: "bundler", noEmit: true, skipLibCheck: true };
      await compile(projectOf("components"), "deploy.ts", bundler);
    }
    await compile(projectOf("components"), "deploy.ts", { ...NODE, skipLibCheck: manager.name !== "npm" });
  });

  test("import from an ES module", async () => {
    expect(JSON.parse(await run(process.execPath, ["import.mjs"], projectOf("components")))).toEqual({
      kinds: ["function", "function", "function", "function"],
      image: "string",
    });
  });

  test("create a company's logins by a real up, need no change then, and leave nothing", async () => {
    const project = projectOf("components");
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
      const output = await run(
        process.execPath,
        ["deploy.js", pocketId.url, pocketId.issuer],
        project,
        environment,
      );
      const deployed = JSON.parse(output) as Deployed;
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
  });
});
