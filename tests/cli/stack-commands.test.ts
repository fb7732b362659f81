import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onStack, stackOptions } from "../../cli/stacks/project";

/** Commands in advice work on the stack that was looked at, whichever is the current one. */
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stack-commands-"));
  mkdirSync(join(folder, "stacks"));
  for (const file of ["Pulumi.beside.yaml", "stacks/Pulumi.beside.yaml", "stacks/Pulumi.acme.yaml"]) {
    writeFileSync(join(folder, file), "");
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ["beside", "--stack beside"],
  ["elsewhere", "--stack elsewhere"],
  ["acme", "--stack acme --config-file stacks/Pulumi.acme.yaml"],
  ["org/project/acme", "--stack org/project/acme --config-file stacks/Pulumi.acme.yaml"],
])("the options for stack %s", (stack, options) => {
  expect(stackOptions(folder, stack)).toBe(options);
});

test("the options for a stack whose file is known", () => {
  const file = join(folder, "customers", "Pulumi.beside.yaml");
  expect(stackOptions(folder, "beside", file)).toBe(
    "--stack beside --config-file customers/Pulumi.beside.yaml",
  );
});

test.each([
  ["a b", "customers/a b", "--stack 'a b' --config-file 'customers/a b/Pulumi.a b.yaml'"],
  ["o'neill", "$(date)", String.raw`--stack 'o'\''neill' --config-file '$(date)/Pulumi.o'\''neill.yaml'`],
  ["a;b", "", "--stack 'a;b'"],
])("names and paths are words of a shell: %s in %s", (stack, place, options) => {
  const made = stackOptions(folder, stack, join(folder, place, `Pulumi.${stack}.yaml`));
  expect(made).toBe(options);
  const words = spawnSync("sh", ["-c", `printf '%s\\n' ${made}`], { encoding: "utf8" })
    .stdout.trimEnd()
    .split("\n");
  expect(words.filter((_word, index) => index % 2 === 1)).toEqual(
    [stack, join(place, `Pulumi.${stack}.yaml`)].slice(0, place === "" ? 1 : 2),
  );
});

test.each([
  ["run `pulumi up --refresh`, then wait", "run `pulumi up --refresh --stack a`, then wait"],
  ["`pulumi config set x y` and `pulumi up`", "`pulumi config set x y --stack a` and `pulumi up --stack a`"],
  ['`pulumi config set ca -- "$(cat ca.pem)"`', '`pulumi config set ca --stack a -- "$(cat ca.pem)"`'],
  ["see `docker logs`", "see `docker logs`"],
])("in %p each command has them", (advice, expected) => {
  expect(onStack(advice, "--stack a")).toBe(expected);
});
