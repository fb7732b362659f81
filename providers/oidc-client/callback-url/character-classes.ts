/** Classes named by a letter behind a backslash that JavaScript has with other members. */
export const PERL = new Map(Object.entries({ s: "[\\t\\n\\f\\r ]", S: "[^\\t\\n\\f\\r ]" }));

/** Members of the classes named between `[:` and `:]`. */
export const POSIX = new Map([
  ["alnum", "0-9A-Za-z"],
  ["alpha", "A-Za-z"],
  ["ascii", "\\0-\\x7f"],
  ["blank", "\\t "],
  ["cntrl", "\\0-\\x1f\\x7f"],
  ["digit", "0-9"],
  ["graph", "!-~"],
  ["lower", "a-z"],
  ["print", " -~"],
  ["punct", "!-\\/:-@\\[-`\\{-~"],
  ["space", "\\t\\n\\v\\f\\r "],
  ["upper", "A-Z"],
  ["word", "0-9A-Za-z_"],
  ["xdigit", "0-9A-Fa-f"],
]);

/** Characters behind a backslash that stand for another. */
export const CONTROLS = new Map(Object.entries({ a: 7, t: 9, n: 10, v: 11, f: 12, r: 13 }));

/** Whether JavaScript has this Unicode property: a category or a script. */
export function isUnicodeProperty(property: string): boolean {
  try {
    return new RegExp(`\\p{${property}}`, "u").unicode;
  } catch {
    return false;
  }
}
