import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { ROOT } from "./pages";
import { sourcesIn } from "./sources";

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
}, 120_000);

test("a public name without a comment would be found out", () => {
  const { status, said } = typedoc("--entryPoints", "providers/pocket-id/index.ts");
  expect(said).toContain("does not have any documentation");
  expect(status).not.toBe(0);
}, 120_000);

/** Properties of interfaces for arguments that say nothing of themselves. Names that need no word are allowed here only. */
function undocumentedArguments(path: string, text = readFileSync(path, "utf8")): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  return source.statements
    .filter((statement) => ts.isInterfaceDeclaration(statement))
    .filter(({ name }) => name.text.endsWith("Args"))
    .flatMap(({ name, members }) =>
      members
        .filter((member) => ts.getJSDocCommentsAndTags(member).length === 0)
        .map((member) => `${name.text}.${member.name?.getText() ?? "?"}`),
    );
}

const resources = [...sourcesIn("providers"), ...sourcesIn("components")].filter((path) =>
  path.endsWith("resource.ts"),
);
const publicArguments = [
  ...resources,
  ...["providers/provider.ts", "components/arguments.ts", "components/targets/arguments.ts"].map((path) =>
    join(ROOT, path),
  ),
  ...["hosts", "role-groups", "environment"].map((name) =>
    join(ROOT, "components", "settings", `${name}.ts`),
  ),
];

test("every argument that a program may write says what it is", () => {
  expect(resources.length).toBeGreaterThanOrEqual(8);
  expect(publicArguments.flatMap((path) => undocumentedArguments(path))).toEqual([]);
});

test("an argument that says nothing is found out", () => {
  const text = "export interface GroupArgs {\n  /** Its name. */\n  name: string;\n  size: number;\n}";
  expect(undocumentedArguments("group.ts", text)).toEqual(["GroupArgs.size"]);
});
