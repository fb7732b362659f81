import { stripVTControlCharacters } from "node:util";
import { exitCodeOf } from "../../cli/drift/run";
import type { Finding, StackReport } from "../../cli/drift/finding";
import { inJunit, inMarkdown, reportText } from "../../cli/drift/report";
import { openProgress } from "../../cli/output";
import { isShouldBe, shown } from "../../providers/core";

const finding = (fields: Partial<Finding>): Finding => ({
  kind: "changed",
  object: "group ocisUser",
  field: "claims.roles",
  change: "claim roles is 'user', should be 'ocisUser'",
  fix: "pulumi up --refresh --stack a",
  urns: [],
  ...fields,
});
const report = (fields: Partial<StackReport>): StackReport => {
  return { stack: "a", objects: 17, findings: [], errors: [], ...fields };
};
const strange = finding({
  kind: "unmanaged",
  object: "group 'x'",
  field: "",
  change: "is odd",
  fix: "delete it",
});

test("an error wins over drift, drift over nothing, and what nobody manages counts when it is said", () => {
  const lax = { strict: false };
  expect(exitCodeOf([report({})], lax)).toBe(0);
  expect(exitCodeOf([report({}), report({ findings: [finding({})] })], lax)).toBe(2);
  expect(exitCodeOf([report({ findings: [finding({})] }), report({ errors: ["no"] })], lax)).toBe(1);
  expect(exitCodeOf([report({ findings: [strange] })], lax)).toBe(0);
  expect(exitCodeOf([report({ findings: [strange] })], { strict: true })).toBe(2);
});

test("values of others can't draw on a terminal", () => {
  expect(shown("a\u001b[2Jb\nc\u202ed")).toBe("'a\\u001b[2Jb\\u000ac\\u202ed'");
  expect(shown(["a", 1])).toBe('["a",1]');
  expect(isShouldBe("PKCE", undefined, true)).toBe("PKCE is missing, should be true");
});

test("text has the command once if it fixes everything, and for each object otherwise", () => {
  const second = finding({ object: "group ocisAdmin", change: "was deleted", kind: "gone" });
  const one = stripVTControlCharacters(reportText([report({ findings: [finding({}), second] })]));
  expect(one.match(/Fix/g)).toHaveLength(1);
  const third = { ...second, object: "container x", fix: "docker start x" };
  const other = stripVTControlCharacters(reportText([report({ findings: [finding({}), third, second] })]));
  expect(other).toMatch(
    /\n {2}Fix for container x: docker start x\n {2}Fix for the rest: pulumi up --refresh --stack a\n/,
  );
  expect(reportText([report({ errors: ["Docker does not answer"] })])).toContain(
    "not everything could be checked",
  );
});

test("a summary in Markdown can't be broken by names", () => {
  const bad = finding({
    object: "group <b>|[x](https://evil.example)",
    change: "is `a|b`",
    fix: "`pulumi up`",
  });
  const text = inMarkdown("company", [
    report({}),
    report({ stack: "b|c", findings: [bad, strange], errors: ["no_key"] }),
  ]);
  expect(text).toContain("| ✅ | `a` | no drift (17 objects checked) |");
  expect(text).toContain(
    "| ❌ | `b c` | 1 change by hand, 1 unmanaged object, not everything could be checked (17 objects checked) |",
  );
  expect(text).toContain("- **Error:** no\\_key");
  expect(text).toContain("| group \\<b\\>\\|\\[x\\](https://evil.example) | is `a b` | `pulumi up` |");
  expect(text).toContain("| *unmanaged:* is odd |");
});

test("JUnit XML has a suite for each stack, failures for drift, errors for what could not be looked at", () => {
  const reports = [
    report({}),
    report({
      stack: "b",
      findings: [finding({ change: "is <bad> & 'worse'" }), strange],
      errors: ["no key"],
    }),
  ];
  const text = inJunit("company", reports, { strict: false });
  expect(text).toContain('<testsuites tests="4" failures="1" errors="1" skipped="0">');
  expect(text).toContain('<testsuite name="company/a" tests="1" failures="0" errors="0"');
  expect(text).toContain('<testcase classname="b" name="group ocisUser: claims.roles">');
  expect(text).toContain("is &lt;bad");
  expect(inJunit("company", reports, { strict: true })).toContain('failures="2"');
});

test("on a terminal each stack has one live line; elsewhere a line when it is done", () => {
  const write = (isTTY: boolean) => {
    let text = "";
    const progress = openProgress(["a", "long"], { isTTY, columns: 30, write: (chunk) => (text += chunk) });
    progress.update("a", "reading its state");
    progress.done("a", "fine", "no drift (17 objects checked), all of them");
    progress.close();
    return text;
  };
  expect(write(false)).toBe("✓ a     no drift (17 objects checked), all of them\n");
  const lines = stripVTControlCharacters(write(true)).split("\n");
  expect(lines.slice(0, 2)).toEqual(["· a     waiting", "· long  waiting"]);
  expect(lines.slice(-3)).toEqual(["✓ a     no drift (17 objects…", "· long  waiting", ""]);
  expect(write(true)).toContain("\u001b[2A");
});
