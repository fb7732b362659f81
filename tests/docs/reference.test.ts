import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ts from "typescript";
import { ROOT } from "./pages";
import { sourcesIn } from "./sources";
import { compilerOptions } from "./type-check";

/** What `npm run docs` says, without writing anything. */
function typedoc(...options: string[]) {
  const program = join(ROOT, "node_modules", "typedoc", "bin", "typedoc");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "--emit", "none", ...options], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

test("the reference is made without warnings", () => {
  expect(typedoc()).toEqual({ status: 0, said: "" });
});

const MADE_UP = join(ROOT, "tests", "support", "made-up");

test("a public name without a comment would be found out", () => {
  const program = ["--tsconfig", join(MADE_UP, "tsconfig.json")];
  const { status, said } = typedoc(...program, "--entryPoints", "providers/pocket-id/objects.ts");
  expect(said).toContain("does not have any documentation");
  expect(status).not.toBe(0);
});

test("a property that is added to a declaration is on the page", () => {
  const directory = mkdtempSync(join(tmpdir(), "reference-"));
  const file = join(directory, "reference.json");
  const options = join(MADE_UP, "typedoc.json");
  const { status, said } = typedoc(
    "--options",
    options,
    "--emit",
    "both",
    "--out",
    directory,
    "--json",
    file,
  );
  expect({ status, said }).toEqual({ status: 0, said: expect.not.stringContaining("warning") as string });
  const page = JSON.parse(readFileSync(file, "utf8")) as Reflected;
  rmSync(directory, { recursive: true });
  const motto = (name: string) =>
    page.children?.find((its) => its.name === name)?.children?.find((its) => its.name === "motto");
  const argument = motto("ClientWithMottoArgs");
  expect(argument).toMatchObject({
    flags: { isOptional: true },
    comment: {
      summary: [{ text: "Words below the name, at most 20 characters. Pocket ID 2.12 and later." }],
    },
    type: { name: "Input", typeArguments: [{ name: "string" }] },
  });
  expect(JSON.stringify(argument?.comment?.blockTags)).toContain("@default");
  expect(motto("ClientWithMotto")).toMatchObject({
    comment: {
      summary: [{ text: "Words below the name, at most 20 characters. Pocket ID 2.12 and later." }],
    },
    type: { name: "Output" },
  });
});

/** As far as the test looks at what TypeDoc writes. */
interface Reflected {
  readonly name: string;
  readonly children?: readonly Reflected[];
  readonly comment?: { readonly blockTags?: unknown };
}

/** Arguments that programs may write and that have no comment, by the compiler's own reading: their types are computed. */
function undocumentedArguments(paths: readonly string[], host?: ts.CompilerHost): string[] {
  const program = ts.createProgram([...paths], compilerOptions(), host);
  const checker = program.getTypeChecker();
  return paths.flatMap((path) => {
    const source = program.getSourceFile(path);
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${path} isn't a module`);
    return checker
      .getExportsOfModule(module)
      .filter(({ name }) => name.endsWith("Args"))
      .flatMap((type) =>
        propertiesOf(checker.getDeclaredTypeOfSymbol(type))
          .filter((property) => property.getDocumentationComment(checker).length === 0)
          .map((property) => `${type.name}.${property.name}`),
      );
  });
}

/** A choice between several (`TargetArgs`) says so in the comments of those. */
const propertiesOf = (type: ts.Type) => (type.isUnion() ? [] : type.getProperties());

const resources = [...sourcesIn("providers"), ...sourcesIn("components")].filter((path) =>
  /\/(declaration|resources)\.ts$/.test(path),
);
const publicArguments = [
  ...resources,
  ...["providers/provider.ts", "components/arguments.ts"].map((path) => join(ROOT, path)),
  ...["arguments", "custom", "docker/arguments", "bundle/arguments"].map((name) =>
    join(ROOT, "components", "targets", `${name}.ts`),
  ),
  ...["hosts", "roles", "environment", "content-security-policy/policy"].map((name) =>
    join(ROOT, "components", "settings", `${name}.ts`),
  ),
];

test("every argument that a program may write says what it is", () => {
  expect(resources.length).toBeGreaterThanOrEqual(6);
  expect(undocumentedArguments(publicArguments)).toEqual([]);
});

test("an argument that says nothing is found out, written or computed", () => {
  const text = [
    'import { type ArgsOf, declare } from "../../providers/core/declare";',
    'import { flag } from "../../providers/core/schema";',
    "const group = declare({",
    '  type: "Group",',
    '  title: () => "group",',
    "  properties: {\n    /** Its name. */\n    name: { schema: flag },\n    size: { schema: flag },\n  },",
    "});",
    "export type GroupArgs = ArgsOf<typeof group>;",
    "export interface OtherArgs {\n  /** Its name. */\n  name: string;\n  size: number;\n}",
  ].join("\n");
  const path = join(ROOT, "tests", "docs", "group.example.ts");
  const host = ts.createCompilerHost(compilerOptions());
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === path ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  expect(undocumentedArguments([path], host)).toEqual(["GroupArgs.size", "OtherArgs.size"]);
});
