import { CONTROLS, isUnicodeProperty, PERL, POSIX } from "./character-classes";

/** Thrown where a pattern is malformed. */
export class Malformed extends Error {}

/**
 * A regular expression, read: where a match can end, for the places where it can begin. It matches in polynomial time whatever
 * it is: a pattern comes from people, and must not be able to stop a program.
 */
export type Expression = (text: readonly string[], starts: ReadonlySet<number>) => ReadonlySet<number>;

/** Whether an expression matches the whole text. */
export function matchesAll(expression: Expression, text: string): boolean {
  const characters = Array.from(text);
  return expression(characters, new Set([0])).has(characters.length);
}

/** Reads an expression in Go's syntax (https://pkg.go.dev/regexp/syntax). @throws Malformed when Go refuses it */
export function readExpression(source: string): Expression {
  return new Reader(source).read();
}

/** One character of a class. @param members as JavaScript writes them between brackets, with its flag `v` */
export function oneOf(members: string, ignoreCase = false): Expression {
  const pattern = new RegExp(`^[${members}]$`, ignoreCase ? "iv" : "v");
  return (text, starts) => {
    const matching = Array.from(starts).filter((start) => pattern.test(text[start] ?? ""));
    return new Set(matching.map((start) => start + 1));
  };
}

/** One character that is this one, or differs from it in case only. */
export function one(code: number, ignoreCase = false): Expression {
  if (ignoreCase) return oneOf(literal(code), true);
  const char = String.fromCodePoint(code);
  return (text, starts) => {
    const ends = new Set<number>();
    for (const start of starts) if (text[start] === char) ends.add(start + 1);
    return ends;
  };
}

/** A character as a member of a class. */
export const literal = (code: number): string => `\\u{${code.toString(16)}}`;

export function inSequence(parts: readonly Expression[]): Expression {
  return (text, starts) => parts.reduce((at, part) => part(text, at), starts);
}

export function repeat(part: Expression, min: number, max: number): Expression {
  return (text, starts) => {
    let ends = starts;
    for (let count = 0; count < min && ends.size > 0; count += 1) ends = part(text, ends);
    const all = new Set(ends);
    for (let count = min; count < max && ends.size > 0; count += 1) {
      // What was reached before leads to nothing new.
      ends = new Set(Array.from(part(text, ends)).filter((end) => !all.has(end)));
      for (const end of ends) all.add(end);
    }
    return all;
  };
}

type PlaceTest = (text: readonly string[], index: number) => boolean;

const where =
  (test: PlaceTest): Expression =>
  (text, starts) =>
    new Set(Array.from(starts).filter((index) => test(text, index)));

const isWordBorder: PlaceTest = (text, index) =>
  /^\w$/.test(text[index - 1] ?? "") !== /^\w$/.test(text[index] ?? "");

/** By the letter behind a backslash. */
const PLACES: Readonly<Record<string, PlaceTest>> = {
  A: (_text, index) => index === 0,
  z: (text, index) => index === text.length,
  b: isWordBorder,
  B: (text, index) => !isWordBorder(text, index),
};

class Reader {
  private flags = "";
  private readonly names = new Set<string>();

  constructor(private rest: string) {}

  read(): Expression {
    const all = this.alternatives();
    if (this.rest !== "") throw new Malformed();
    return all;
  }

  private alternatives(): Expression {
    const before = this.flags;
    const choices = [this.sequence()];
    while (this.take(/^\|/)) choices.push(this.sequence());
    this.flags = before;
    const [first, ...others] = choices;
    if (first !== undefined && others.length === 0) return first;
    return (text, starts) => new Set(choices.flatMap((choice) => Array.from(choice(text, starts))));
  }

  private sequence(): Expression {
    const parts: Expression[] = [];
    let wasRepeat = false;
    while (/^[^|)]/.test(this.rest)) {
      const times = this.repetition();
      const last = times === undefined ? this.atom() : parts.pop();
      if (times !== undefined && (last === undefined || wasRepeat)) throw new Malformed();
      if (last !== undefined) parts.push(times === undefined ? last : repeat(last, ...times));
      wasRepeat = times !== undefined;
    }
    return inSequence(parts);
  }

  private repetition(): [min: number, max: number] | undefined {
    const [found, sign, min, comma, max = ""] = this.take(/^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/) ?? [];
    if (found === undefined) return undefined;
    if (sign !== undefined) return [sign === "+" ? 1 : 0, sign === "?" ? 1 : Infinity];
    const least = Number(min);
    const most = comma === "" ? least : max === "" ? Infinity : Number(max);
    if (least > 1000 || (most > 1000 && most !== Infinity) || least > most) throw new Malformed();
    return [least, most];
  }

  /** Undefined for what only sets flags. */
  private atom(): Expression | undefined {
    const isMultiline = this.flags.includes("m");
    if (!/^[([.^$\\]/.test(this.rest)) return this.one(this.plain());
    if (this.take(/^\(/)) return this.group();
    if (this.take(/^\[/)) return this.character(this.classMembers());
    if (this.take(/^\./)) return this.character(this.flags.includes("s") ? "^" : "^\\n");
    if (this.take(/^\^/)) return where((text, at) => at === 0 || (isMultiline && text[at - 1] === "\n"));
    if (this.take(/^\$/))
      return where((text, at) => at === text.length || (isMultiline && text[at] === "\n"));
    const place = PLACES[this.take(/^\\([AzbB])/)?.[1] ?? ""];
    if (place !== undefined) return where(place);
    const quoted = this.take(/^\\Q([^]*?)(?:\\E|$)/)?.[1];
    if (quoted !== undefined) {
      return inSequence(Array.from(quoted, (char) => this.one(char.codePointAt(0) ?? 0)));
    }
    const named = this.namedClass();
    return named === undefined ? this.one(this.code()) : this.character(named);
  }

  private group(): Expression | undefined {
    const before = this.flags;
    const name = this.take(/^\?P?<(\w+)>/)?.[1];
    if (name !== undefined) {
      if (this.names.has(name)) throw new Malformed();
      this.names.add(name);
    } else if (this.take(/^\?/)) {
      const [, on = "", off = "", end] = this.take(/^([imsU]*)(?:-([imsU]+))?([:)])/) ?? [];
      if (end === undefined) throw new Malformed();
      this.flags = Array.from(before + on)
        .filter((flag) => !off.includes(flag))
        .join("");
      if (end === ")") return undefined;
    }
    const inner = this.alternatives();
    if (!this.take(/^\)/)) throw new Malformed();
    this.flags = before;
    return inner;
  }

  private one(code: number): Expression {
    return one(code, this.flags.includes("i"));
  }

  private character(members: string): Expression {
    return oneOf(members, this.flags.includes("i"));
  }

  /** The members of a class behind its `[`. */
  private classMembers(): string {
    let members = this.take(/^\^/) ? "^" : "";
    do members += this.classMember();
    while (!this.take(/^\]/));
    return members;
  }

  private classMember(): string {
    const [, caret = "", posix] = this.take(/^\[:(\^?)([^]*?):\]/) ?? [];
    if (posix !== undefined) {
      const members = POSIX.get(posix);
      if (members === undefined) throw new Malformed();
      return `[${caret}${members}]`;
    }
    const named = this.namedClass();
    if (named !== undefined) return named;
    const low = this.code();
    const high = this.take(/^-(?!\])/) ? this.code() : low;
    if (high < low) throw new Malformed();
    return `${literal(low)}-${literal(high)}`;
  }

  /** `\d`, `\pL`, `\p{Greek}` or `\P{^L}`, as JavaScript writes it; undefined for anything else. */
  private namedClass(): string | undefined {
    const letter = this.take(/^\\([dDsSwW])/)?.[1];
    if (letter !== undefined) return PERL.get(letter) ?? `\\${letter}`;
    const [, sign, caret = "", long, short = ""] = this.take(/^\\([pP])(?:\{(\^?)(\w*)\}|([^]))/) ?? [];
    if (sign === undefined) return undefined;
    const name = long ?? short;
    const property = [name, `Script=${name}`].find(isUnicodeProperty);
    if (property === undefined) throw new Malformed();
    return `\\${(sign === "P") === (caret === "^") ? "p" : "P"}{${property}}`;
  }

  /** The code of the next character, which may stand behind a backslash. */
  private code(): number {
    if (!this.rest.startsWith("\\")) return this.plain();
    const octal = this.take(/^\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/)?.[1];
    if (octal !== undefined) return Number.parseInt(octal, 8);
    const [, braced, two] = this.take(/^\\x(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/) ?? [];
    const code = Number.parseInt(braced ?? two ?? "", 16);
    if (code > 0x10ffff) throw new Malformed();
    if (!Number.isNaN(code)) return code;
    this.take(/^\\/);
    const plain = this.plain();
    const char = String.fromCodePoint(plain);
    const control = CONTROLS.get(char);
    if (control === undefined && /[0-9A-Za-z]|\P{ASCII}/u.test(char)) throw new Malformed();
    return control ?? plain;
  }

  private plain(): number {
    const code = this.rest.codePointAt(0);
    if (code === undefined) throw new Malformed();
    this.rest = this.rest.slice(code > 0xffff ? 2 : 1);
    return code;
  }

  /** Goes on behind what matches here. @param pattern anchored with `^` */
  private take(pattern: RegExp): RegExpExecArray | undefined {
    const found = pattern.exec(this.rest) ?? undefined;
    this.rest = this.rest.slice(found?.[0].length ?? 0);
    return found;
  }
}
