import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import * as path from "node:path";
import ts from "typescript";
import { run } from "./package-managers";

const ROOT = path.join(__dirname, "..", "..");
const TSC = require.resolve("typescript/bin/tsc");

/** The compiler's options for Node. */
export const NODE = { module: "Node16", moduleResolution: "Node16", outDir: "." };

/** Compiles a project as its owner would. */
export async function compile(project: string, file: string, options: object): Promise<void> {
  const compilerOptions = {
    target: "ES2022",
    strict: true,
    esModuleInterop: true,
    types: ["node"],
    ...options,
  };
  const config = path.join(project, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
  await run(process.execPath, [TSC, "--project", config], project);
}

/** The packages that the code of some folders imports, and those that it also mentions, to load them later. */
export function packagesIn(folders: readonly string[]): { imported: Set<string>; mentioned: Set<string> } {
  const sources = folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /^(?!bin|node_modules).*(?<!\.d)\.ts$/.test(file))
      .map((file) => readFileSync(path.join(ROOT, folder, file), "utf8")),
  );
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const imports = sources.flatMap((source) => {
    const code = ts.transpileModule(source, { compilerOptions }).outputText;
    return ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);
  });
  // Types count, too: the declarations refer to them.
  const literals = sources.flatMap((text) =>
    [...text.matchAll(/"([^"\s]+)"/g)].map(([, literal = ""]) => literal),
  );
  const isExternal = (name: string) => !/^(\.|node:)/.test(name) && !builtinModules.includes(name);
  const packageOf = (name: string) => name.split("/", name.startsWith("@") ? 2 : 1).join("/");
  return {
    imported: new Set(imports.filter(isExternal).map(packageOf)),
    mentioned: new Set(literals.map(packageOf)),
  };
}
