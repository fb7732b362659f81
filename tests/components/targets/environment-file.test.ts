import fc from "fast-check";
import { environmentFile } from "../../../components/targets/bundle/compose";

test.each([
  ["https://a.b/?c=d,e", "https://a.b/?c=d,e", "'https://a.b/?c=d,e'"],
  ["plain", "openid,email", "openid,email"],
  ["empty", "", ""],
  ["blanks", " a  b ", "' a  b '"],
  ["dollar", "a$b${c}", "'a$b${c}'"],
  ["hash", "a #b", "'a #b'"],
  ["unicode", "ü", "'ü'"],
  ["double quotes", 'a"b', "'a\"b'"],
  ["single quote", "it's $5", '"it\'s \\$5"'],
  ["backslash", 'a\\b"', '"a\\\\b\\""'],
  ["line break", "a\nb", '"a\\nb"'],
])(".env: %s", (_name, value, written) => {
  expect(environmentFile({ NAME: value })).toBe(`NAME=${written}\n`);
});

test(".env is sorted, and refuses what no variable can be", () => {
  expect(environmentFile({ B: "2", A: "1" })).toBe("A=1\nB=2\n");
  expect(() => environmentFile({ "A B": "" })).toThrow("'A B' can't be the name of an environment variable");
  expect(() => environmentFile({ A: "\0" })).toThrow("zero byte");
});

test(".env keeps each variable on a line of its own, whatever is in it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: "binary" }).filter((value) => !value.includes("\0"))),
      (values) => {
        const lines = environmentFile(
          Object.fromEntries(values.map((value, index) => [`V${index}`, value])),
        ).split("\n");
        return (
          lines.length === values.length + 1 &&
          lines.slice(0, -1).every((line) => /^V\d+=(\S*|'.*'|".*")$/su.test(line))
        );
      },
    ),
  );
});
