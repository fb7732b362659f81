/** Whether a character belongs to a class. */
export type CharacterTest = (char: string) => boolean;

const byPattern =
  (pattern: RegExp): CharacterTest =>
  (char) =>
    pattern.test(char);
const not =
  (test: CharacterTest): CharacterTest =>
  (char) =>
    !test(char);

const PERL: Readonly<Record<string, RegExp>> = { d: /^[0-9]$/, s: /^[\t\n\f\r ]$/, w: /^[0-9A-Za-z_]$/ };

const POSIX: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  ascii: /^[\p{ASCII}]$/u,
  blank: /^[\t ]$/,
  cntrl: /^[^\P{Cc}\u0080-\u009f]$/u,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t\n\v\f\r ]$/,
  upper: /^[A-Z]$/,
  word: /^[0-9A-Za-z_]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};

const SIMPLE: Readonly<Record<string, string>> = {
  a: "\x07",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Reads a class behind its `[`. */
export function characterClass(cursor: Cursor): CharacterTest {
  const isNegated = cursor.take("^");
  const tests: CharacterTest[] = [];
  for (let first = true; first || !cursor.take("]"); first = false) tests.push(classItem(cursor));
  const one: CharacterTest = (char) => tests.some((test) => test(char));
  return isNegated ? not(one) : one;
}

function classItem(cursor: Cursor): CharacterTest {
  const [, negated, posix] = cursor.takeMatch(/^\[:(\^?)([^]*?):\]/) ?? [];
  if (posix !== undefined) {
    const pattern = Object.hasOwn(POSIX, posix) ? POSIX[posix] : undefined;
    if (pattern === undefined) throw new Malformed();
    return negated === "" ? byPattern(pattern) : not(byPattern(pattern));
  }
  if (cursor.sees(/^\\[pPdDsSwW]/)) {
    cursor.take("\\");
    const test = unicodeClass(cursor) ?? perlClass(cursor);
    if (test === undefined) throw new Malformed();
    return test;
  }
  const low = codeOf(classCharacter(cursor));
  const isRange = cursor.sees(/^-[^\]]/);
  if (isRange) cursor.take("-");
  const high = isRange ? codeOf(classCharacter(cursor)) : low;
  if (high < low) throw new Malformed();
  return (char) => low <= codeOf(char) && codeOf(char) <= high;
}

const classCharacter = (cursor: Cursor): string =>
  cursor.take("\\") ? escapedCharacter(cursor) : cursor.next();

const codeOf = (char: string): number => char.codePointAt(0) ?? 0;

/** Reads `d`, `D`, `s`, `S`, `w` or `W` behind a backslash; undefined for anything else. */
export function perlClass(cursor: Cursor): CharacterTest | undefined {
  const letter = cursor.takeMatch(/^[dDsSwW]/)?.[0];
  if (letter === undefined) return undefined;
  const test = byPattern(PERL[letter.toLowerCase()] ?? /^$/);
  return letter === letter.toLowerCase() ? test : not(test);
}

/** Reads `pL`, `p{Greek}`, `P{^L}` behind a backslash; undefined for anything else. */
export function unicodeClass(cursor: Cursor): CharacterTest | undefined {
  const [, letter, caret = "", name, short] = cursor.takeMatch(/^([pP])(?:\{(\^?)(\w*)\}|([^]))/) ?? [];
  if (letter === undefined) {
    if (cursor.sees(/^[pP]/)) throw new Malformed();
    return undefined;
  }
  const test = unicodeTable(name ?? short ?? "");
  return (letter === "P") === (caret === "^") ? test : not(test);
}

function unicodeTable(name: string): CharacterTest {
  for (const property of [name, `Script=${name}`]) {
    try {
      return byPattern(new RegExp(`^\\p{${property}}$`, "u"));
    } catch {
      // Not a category, perhaps a script.
    }
  }
  throw new Malformed();
}

/** Reads what stands behind a backslash for one character. */
export function escapedCharacter(cursor: Cursor): string {
  const octal = cursor.takeMatch(/^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/)?.[0];
  if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
  const [, braced, two] = cursor.takeMatch(/^x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/) ?? [];
  if (braced !== undefined || two !== undefined) {
    const code = Number.parseInt(braced ?? two ?? "", 16);
    if (code > 0x10ffff) throw new Malformed();
    return String.fromCodePoint(code);
  }
  const char = cursor.next();
  const simple = Object.hasOwn(SIMPLE, char) ? SIMPLE[char] : undefined;
  if (simple !== undefined) return simple;
  if (char > "\x7f" || /^[0-9A-Za-z]$/.test(char)) throw new Malformed();
  return char;
}

/** Thrown where an expression is malformed. */
export class Malformed extends Error {}

/** A place in a text that is being read. */
export interface Cursor {
  atEnd(): boolean;
  /** Goes on behind the text if it stands here. */
  take(text: string): boolean;
  /** @param pattern anchored with `^` */
  sees(pattern: RegExp): boolean;
  /** Goes on behind what matches here. @param pattern anchored with `^` */
  takeMatch(pattern: RegExp): RegExpExecArray | undefined;
  /** The next character; Malformed at the end. */
  next(): string;
}

export function cursorOn(text: string): Cursor {
  let rest = text;
  return {
    atEnd: () => rest === "",
    take(expected) {
      const isHere = rest.startsWith(expected);
      if (isHere) rest = rest.slice(expected.length);
      return isHere;
    },
    sees: (pattern) => pattern.test(rest),
    takeMatch(pattern) {
      const found = pattern.exec(rest) ?? undefined;
      rest = rest.slice(found?.[0].length ?? 0);
      return found;
    },
    next() {
      const code = rest.codePointAt(0);
      if (code === undefined) throw new Malformed();
      const char = String.fromCodePoint(code);
      rest = rest.slice(char.length);
      return char;
    },
  };
}
