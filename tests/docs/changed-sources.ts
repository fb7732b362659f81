import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";
import * as ts from "typescript";
import { ROOT } from "./pages";
import { compilerOptions } from "./type-check";

/** Sources of this checkout as they would be after a change, by their path in it. Nothing is written to disk. */
export class ChangedSources {
  private readonly texts: ReadonlyMap<string, string>;
  private readonly loaded = new Map<string, Record<string, unknown>>();

  /** @param others files that are loaded anew because they import a changed one */
  constructor(changes: Readonly<Record<string, string>>, others: readonly string[] = []) {
    this.texts = new Map([
      ...Object.entries(changes).map(([path, text]) => [join(ROOT, path), text] as const),
      ...others.map((path) => [join(ROOT, path), readFileSync(join(ROOT, path), "utf8")] as const),
    ]);
  }

  /** Errors of the compiler in these files. */
  problems(): string[] {
    const options = compilerOptions();
    const host = ts.createCompilerHost(options);
    const read = host.getSourceFile.bind(host);
    host.fileExists = (path) => this.texts.has(path) || ts.sys.fileExists(path);
    host.directoryExists = (path) =>
      [...this.texts.keys()].some((file) => dirname(file) === path) || ts.sys.directoryExists(path);
    host.readFile = (path) => this.texts.get(path) ?? ts.sys.readFile(path);
    host.getSourceFile = (path, ...rest) => {
      const text = this.texts.get(path);
      return text === undefined
        ? read(path, ...rest)
        : ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    };
    const program = ts.createProgram([...this.texts.keys()], options, host);
    return [...this.texts.keys()].flatMap((path) => {
      const source = program.getSourceFile(path);
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
        ({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
      );
    });
  }

  /** What a file exports, run from the changed sources. */
  load(path: string): Record<string, unknown> {
    return this.run(join(ROOT, path));
  }

  private run(path: string): Record<string, unknown> {
    const before = this.loaded.get(path);
    if (before !== undefined) return before;
    const exports: Record<string, unknown> = {};
    this.loaded.set(path, exports);
    const { outputText } = ts.transpileModule(this.texts.get(path) ?? "", {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const load = (name: string): unknown => {
      if (!name.startsWith(".")) return jest.requireActual(name);
      const base = join(dirname(path), name);
      const file = [`${base}.ts`, join(base, "index.ts")].find(
        (one) => this.texts.has(one) || existsSync(one),
      );
      return file !== undefined && this.texts.has(file) ? this.run(file) : jest.requireActual(base);
    };
    const module = compileFunction(outputText, ["exports", "require"]) as (...given: unknown[]) => void;
    module(exports, load);
    return exports;
  }
}
