import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..", "..");

/** The folders of our packages. The first three need those before them, the last one none of ours. */
export const PACKAGES = ["providers", "components", "cli", "policy"] as const;

export type PackageFolder = (typeof PACKAGES)[number];

export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(path.join(ROOT, folder, "package.json"), "utf8")) as Manifest;

/** A package as `npm pack` made it. */
export interface Tarball {
  readonly folder: PackageFolder;
  readonly name: string;
  readonly file: string;
  /** Paths inside the package. */
  readonly files: readonly string[];
}

export interface PackageManager {
  readonly name: "npm" | "pnpm";
  readonly command: string;
  readonly install: readonly string[];
}

const OFFLINE = ["--prefer-offline", "--ignore-scripts"];

export const PACKAGE_MANAGERS: readonly PackageManager[] = [
  {
    name: "npm",
    command: "npm",
    install: ["install", ...OFFLINE, "--no-audit", "--no-fund", "--loglevel=error"],
  },
  // It links only what package.json declares, so a package that is used without being declared isn't found.
  {
    name: "pnpm",
    command: "npx",
    install: ["--yes", "pnpm@10", "install", ...OFFLINE, "--no-frozen-lockfile"],
  },
];

/** Packs all packages from what the build left in bin/. */
export async function packAll(directory: string): Promise<Tarball[]> {
  mkdirSync(directory, { recursive: true });
  const workspaces = PACKAGES.flatMap((folder) => ["--workspace", folder]);
  const args = ["pack", "--json", "--ignore-scripts", ...workspaces, "--pack-destination", directory];
  const output = JSON.parse(await run("npm", args, ROOT)) as Packed[] | Record<string, Packed>;
  const packed = Object.values(output);
  return PACKAGES.flatMap((folder) => {
    const { name } = manifestOf(folder);
    const found = packed.find((each) => each.name === name);
    if (found === undefined) return [];
    const files = found.files.map((file) => file.path);
    return { folder, name, file: path.join(directory, found.filename), files };
  });
}

interface Packed {
  name: string;
  filename: string;
  files: { path: string }[];
}

/** Creates a project that depends on one of our packages, whose own needs come from the other tarballs. */
export function createProject(directory: string, folder: PackageFolder, tarballs: readonly Tarball[]): void {
  cpSync(path.join(__dirname, "projects", folder), directory, { recursive: true });
  const ours = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
  const { name, peerDependencies = {} } = manifestOf(folder);
  const needed = [name, ...Object.keys(peerDependencies)];
  const dependencies = needed.map((each) => [each, ours[each] ?? installedVersion(each)] as const);
  const overrides = Object.fromEntries(Object.entries(ours).filter(([each]) => !needed.includes(each)));
  const project = {
    name: "packaging-test",
    private: true,
    dependencies: Object.fromEntries(dependencies),
    devDependencies: { "@types/node": installedVersion("@types/node") },
    overrides,
    pnpm: { overrides },
  };
  writeFileSync(path.join(directory, "package.json"), JSON.stringify(project, null, 2));
}

/** The version in this checkout, so that the project gets an SDK for the Node.js that runs here. */
function installedVersion(name: string): string {
  return manifestOf(path.join("node_modules", name)).version;
}

/** Runs a program in a directory and returns its output; an error has all that it printed. */
export function run(
  command: string,
  args: readonly string[],
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd: directory,
      env: { ...withoutNpm(process.env), ...environment },
      maxBuffer: 64 * 1024 * 1024,
      shell: process.platform === "win32",
    };
    execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr || error.message}`));
    });
  });
}

/** `npm test` passes the folder and settings of this checkout to its children, which must not use them. */
function withoutNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name)));
}
