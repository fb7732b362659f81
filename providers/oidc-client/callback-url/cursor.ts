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
