import { join } from "node:path";
import * as ts from "typescript";
import type { Example } from "./examples";
import { ROOT } from "./pages";

/** What the compiler says of each example, by where it stands; no entry for one that is right. */
export function typeCheck(examples: readonly Example[]): Map<string, string[]> {
  const file = ({ where }: Example) =>
    join(ROOT, "tests", "docs", `${where.replace(/\W+/g, "-")}.example.ts`);
  const code = new Map(examples.map((example) => [file(example), example.code]));
  const options = compilerOptions();
  const host = ts.createCompilerHost(options);
  host.fileExists = (name) => code.has(name) || ts.sys.fileExists(name);
  host.readFile = (name) => code.get(name) ?? ts.sys.readFile(name);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    const text = code.get(name);
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  };

  const program = ts.createProgram([...code.keys()], options, host);
  const entries = examples.map((example): [string, string[]] => {
    const source = program.getSourceFile(file(example));
    if (source === undefined) throw new Error(`${example.where} was not compiled`);
    const diagnostics = [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ];
    return [
      example.where,
      diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
    ];
  });
  return new Map(entries.filter(([, messages]) => messages.length > 0));
}

/** As strict as the packages themselves. Examples may end before what they made is used. */
export function compilerOptions(): ts.CompilerOptions {
  const file = ts.readConfigFile(join(ROOT, "docs", "tsconfig.json"), (name) => ts.sys.readFile(name));
  const { options } = ts.parseJsonConfigFileContent(file.config as unknown, ts.sys, join(ROOT, "docs"));
  return { ...options, noEmit: true, noUnusedLocals: false };
}
