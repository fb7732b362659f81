import { commentExamples, type Example, pageExamples } from "./examples";
import { typeCheck } from "./type-check";

const fromPages = pageExamples();
const fromComments = commentExamples();

/** One run of the compiler for all: it takes seconds. */
const wrong: Example = {
  where: "nowhere.md:1",
  code: 'import { UserGroup } from "@ocis-pocket-id/providers";\nnew UserGroup("admins", { nam: "ocisAdmin" });',
};
const problems = typeCheck([...fromPages, ...fromComments, wrong]);

test("pages and comments have examples, and all of them are found", () => {
  expect(fromPages.length).toBeGreaterThanOrEqual(5);
  expect(fromComments.length).toBeGreaterThanOrEqual(12);
});

test.each([...fromPages, ...fromComments])("the example at $where compiles", ({ where }) => {
  expect(problems.get(where) ?? []).toEqual([]);
});

test("an example that is wrong is found out", () => {
  expect(problems.get(wrong.where)).toEqual([expect.stringContaining("'nam' does not exist")]);
});
