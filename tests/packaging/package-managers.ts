import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";

const ROOT = path.join(__dirname, "..", "..");

/** A package as `npm pack` made it. */
export interface Tarball {
  readonly name: string;
  readonly file: string;
  /** Paths inside the package. */
  readonly files: readonly string[];
}

/** A way to install, and what it is told. */
export interface PackageManager {
  readonly name: "npm" | "pnpm";
  readonly command: string;
  readonly install: readonly string[];
}

const QUIETLY = ["--no-audit", "--no-fund", "--loglevel=error"];

export const PACKAGE_MANAGERS: readonly PackageManager[] = [
  { name: "npm", command: "npm", install: ["install", "--prefer-offline", ...QUIETLY] },
  // Its folder has only what package.json names: a package that is used without being declared is not found.
  {
    name: "pnpm",
    command: "npx",
    install: ["--yes", "pnpm@10", "install", "--prefer-offline", "--no-frozen-lockfile"],
  },
];

/** Packs both packages from what the build left in bin/. */
export async function packBoth(directory: string): Promise<Tarball[]> {
  mkdirSync(directory, { recursive: true });
  const packages = ["--workspace", "providers", "--workspace", "components"];
  const answer = await run("npm", ["pack", "--json", ...packages, "--pack-destination", directory], ROOT);
  const packed = JSON.parse(answer) as Packed[] | Record<string, Packed>;
  return Object.values(packed).map(({ name, filename, files }) => ({
    name,
    file: path.join(directory, filename),
    files: files.map((file) => file.path),
  }));
}

interface Packed {
  name: string;
  filename: string;
  files: { path: string }[];
}

/** Makes an empty project that depends on the tarballs, and installs them. */
export async function installInto(
  directory: string,
  { command, install }: PackageManager,
  tarballs: readonly Tarball[],
): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const ours = Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`]));
  const project = {
    name: "packaging-test",
    private: true,
    dependencies: { ...ours, "@pulumi/pulumi": installedVersion("@pulumi/pulumi") },
    devDependencies: { "@types/node": installedVersion("@types/node") },
  };
  writeFileSync(path.join(directory, "package.json"), JSON.stringify(project, null, 2));
  await run(command, install, directory);
}

/** The version in this checkout, so that the project gets an SDK for the Node.js that runs here. */
function installedVersion(name: string): string {
  const file = path.join(ROOT, "node_modules", name, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

/** Runs a program in a directory, and returns what it printed; a failure has all that it said. */
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

/** `npm test` tells its children of this project (its folder, its settings), which is not theirs. */
function withoutNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^npm_|^INIT_CWD$/i.test(name)));
}
