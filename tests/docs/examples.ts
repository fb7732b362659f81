import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as ts from "typescript";
import { blocksOf, pages, ROOT } from "./pages";
import { sourcesIn } from "./sources";

/** A piece of TypeScript that somebody may copy. */
export interface Example {
  /** Where it stands: `README.md:42`. */
  readonly where: string;
  readonly code: string;
}

/** All blocks of TypeScript in the pages. They are whole: what they use, they import. */
export function pageExamples(): Example[] {
  return pages()
    .flatMap(blocksOf)
    .filter(({ language }) => language === "ts")
    .map(({ page, line, text }) => ({ where: `${page}:${line}`, code: text }));
}

/**
 * All `@example`s of the packages. They are short: exported names need no import, and what they speak of as given (a group,
 * a key) is declared here.
 */
export function commentExamples(): Example[] {
  return [...sourcesIn("providers"), ...sourcesIn("components")].flatMap((path) => {
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
    const found: Example[] = [];
    const visit = (node: ts.Node): void => {
      for (const tag of ts.getJSDocTags(node)) {
        if (tag.tagName.text !== "example" || tag.parent.parent !== node) continue;
        const text = ts.getTextOfJSDocComment(tag.comment) ?? "";
        const { line } = source.getLineAndCharacterOfPosition(tag.getStart());
        const where = `${relative(ROOT, path)}:${line + 1}`;
        found.push({ where, code: withSurroundings(fenceless(text), node, path) });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
}

const fenceless = (text: string) => text.replace(/^\s*```\w*\n([\s\S]*?)\n\s*```\s*$/, "$1");

/** What an example may speak of without saying where it comes from. */
const GIVEN: Readonly<Record<string, string>> = {
  admins: 'import("@ocis-pocket-id/providers").UserGroup',
  users: 'import("@ocis-pocket-id/providers").UserGroup',
  apiKey: 'import("@pulumi/pulumi").Output<string>',
};

/** Makes an example a module. One that is a value only (`{ "img-src": [...] }`) is that of the property it describes. */
function withSurroundings(code: string, node: ts.Node, path: string): string {
  const own = moduleName(path);
  if (/^[{["']/.test(code) && ts.isPropertySignature(node) && ts.isInterfaceDeclaration(node.parent)) {
    const type = `import("${own}").${node.parent.name.text}["${node.name.getText()}"]`;
    return `export const example: ${type} = ${code}`;
  }
  const words = new Set(code.match(/[A-Za-z_$][\w$]*/g));
  const declared = (name: string) => new RegExp(`(const|let|class|function|import .*) ${name}\\b`).test(code);
  const given = Object.entries(GIVEN)
    .filter(([name]) => words.has(name) && !declared(name))
    .map(([name, type]) => `declare const ${name}: ${type};`);
  const imported = Object.entries(exportsBySource(path)).map(([module, names]) => {
    const used = names.filter((name) => words.has(name) && !declared(name));
    return used.length === 0 ? "" : `import { ${used.join(", ")} } from "${module}";`;
  });
  return [...imported, ...given, code, "export {};"].join("\n");
}

/** Names that an example may use without an import: of the two packages, and else of its own file. */
function exportsBySource(path: string): Record<string, string[]> {
  const seen = new Set<string>();
  const fresh = (names: string[]) => names.filter((name) => !seen.has(name) && seen.add(name));
  return {
    "@ocis-pocket-id/providers": fresh(exportsOf(join(ROOT, "providers", "index.ts"))),
    "@ocis-pocket-id/components": fresh(exportsOf(join(ROOT, "components", "index.ts"))),
    [moduleName(path)]: fresh(exportsOf(path)),
  };
}

const known = new Map<string, string[]>();
function exportsOf(path: string): string[] {
  const before = known.get(path);
  if (before !== undefined) return before;
  const text = readFileSync(path, "utf8");
  const declared = [
    ...text.matchAll(/^export (?:abstract )?(?:class|function|const|interface|type) (\w+)/gm),
  ];
  const listed = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = ""]) =>
    names.split(",").map((name) => name.trim().replace(/^type /, "")),
  );
  const passedOn = [...text.matchAll(/^export \* from "(.*)"/gm)].flatMap(([, from = ""]) =>
    exportsOf(fileOf(join(path, "..", from))),
  );
  const names = [...declared.map(([, name = ""]) => name), ...listed, ...passedOn].filter(
    (name) => name !== "",
  );
  known.set(path, names);
  return names;
}

const fileOf = (module: string) => [`${module}.ts`, join(module, "index.ts")].find(existsSync) ?? module;

const moduleName = (path: string) =>
  `../../${relative(ROOT, path).replaceAll("\\", "/").replace(/\.ts$/, "")}`;
