import { didYouMean } from "../../../components/settings";

const KNOWN = ["connect-src", "frame-src", "img-src"];

test.each([
  ["conect-src", " (did you mean connect-src?)"],
  ["Img-Src", " (did you mean img-src?)"],
  ["fram-src", " (did you mean frame-src?)"],
  ["everything", ""],
  ["", ""],
])("for %j it says %j", (word, expected) => {
  expect(didYouMean(word, KNOWN)).toBe(expected);
});
