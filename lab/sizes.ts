import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { publish } from "./report";

/** The size of each of our packages, and the number of packages that an installation brings. */
const ROOT = path.join(__dirname, "..", "..");

interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
}

interface Locked {
  /** Whether only a peer brings it. */
  readonly peer?: boolean;
  readonly hasInstallScript?: boolean;
}

function npm(directory: string, ...args: string[]): string {
  return execFileSync("npm", args, { cwd: directory, encoding: "utf8", shell: process.platform === "win32" });
}

/** Everything that npm would install with one package. Those of ours that it needs come from their tarballs. */
function installed(parent: string, { name }: Packed, all: readonly Packed[]): Locked[] {
  const directory = mkdtempSync(path.join(parent, "project-"));
  const tarballs = all.map((each) => [each.name, `file:${path.join(parent, each.filename)}`] as const);
  const { [name]: own, ...overrides } = Object.fromEntries(tarballs);
  const project = { private: true, dependencies: { [name]: own }, overrides };
  writeFileSync(path.join(directory, "package.json"), JSON.stringify(project));
  npm(directory, "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund");
  const lock = readFileSync(path.join(directory, "package-lock.json"), "utf8");
  const { packages } = JSON.parse(lock) as { packages: Record<string, Locked> };
  return Object.entries(packages).flatMap(([folder, locked]) => (folder === "" ? [] : locked));
}

const directory = mkdtempSync(path.join(tmpdir(), "ocis-pocket-id-sizes-"));
try {
  const folders = ["providers", "components", "cli", "policy"].flatMap((folder) => ["--workspace", folder]);
  const options = ["--json", "--ignore-scripts", "--pack-destination", directory];
  const packed = npm(ROOT, "pack", ...options, ...folders);
  const all = Object.values(JSON.parse(packed) as Packed[] | Record<string, Packed>);
  const kilobytes = (bytes: number) => (bytes / 1_000).toFixed(0);
  const rows = all.map((each) => {
    const packages = installed(directory, each, all);
    const own = packages.filter(({ peer = false }) => !peer);
    const scripts = (of: readonly Locked[]) => of.filter(({ hasInstallScript = false }) => hasInstallScript);
    const counts = [own, packages, scripts(own), scripts(packages)].map(({ length }) => length);
    return [each.name, kilobytes(each.size), kilobytes(each.unpackedSize), ...counts];
  });
  const sizes = ["Package", "Packed, kB", "Unpacked, kB"];
  const counts = ["Packages installed", "with peers", "Install scripts", "with peers"];
  publish({
    part: "sizes",
    circumstances: `Measured on ${new Date().toISOString().slice(0, 10)} with npm ${npm(ROOT, "--version").trim()}.`,
    tables: [{ headings: [...sizes, ...counts], rows }],
    failures: [],
  });
} finally {
  rmSync(directory, { recursive: true, force: true });
}
