import {
  characterClass,
  type CharacterTest,
  type Cursor,
  cursorOn,
  escapedCharacter,
  Malformed,
  perlClass,
  unicodeClass,
} from "./characters";

/**
 * A regular expression, read. It matches in polynomial time whatever it is: a pattern comes from people, and must not be
 * able to stop a program.
 */
export interface Expression {
  readonly source: string;
  /** Whether it matches the whole text. */
  matches(text: string): boolean;
}

/** Where a match can end, for the places where it can begin. */
type Node = (text: readonly string[], starts: ReadonlySet<number>) => ReadonlySet<number>;

/** Reads an expression in Go's syntax (https://pkg.go.dev/regexp/syntax); undefined when Go refuses it. */
export function readExpression(source: string): Expression | undefined {
  try {
    const node = new Reader(cursorOn(source)).read();
    return {
      source,
      matches(text) {
        const characters = Array.from(text);
        return node(characters, new Set([0])).has(characters.length);
      },
    };
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
}

class Reader {
  private flags: Flags = { ignoreCase: false, dotAll: false, multiline: false };
  private readonly names = new Set<string>();

  constructor(private readonly cursor: Cursor) {}

  read(): Node {
    const node = this.alternatives();
    if (!this.cursor.atEnd()) throw new Malformed();
    return node;
  }

  private alternatives(): Node {
    const before = this.flags;
    const choices = [this.sequence()];
    while (this.cursor.take("|")) choices.push(this.sequence());
    this.flags = before;
    return (text, starts) => union(choices.map((choice) => choice(text, starts)));
  }

  private sequence(): Node {
    const nodes: Node[] = [];
    let wasRepeat = false;
    while (!this.cursor.atEnd() && !this.cursor.sees(/^[|)]/)) {
      const times = this.repetition();
      if (times === undefined) {
        const node = this.atom();
        if (node !== undefined) nodes.push(node);
      } else {
        const last = nodes.pop();
        if (last === undefined || wasRepeat) throw new Malformed();
        nodes.push(repeat(last, times.min, times.max));
      }
      wasRepeat = times !== undefined;
    }
    return (text, starts) => nodes.reduce((at, node) => node(text, at), starts);
  }

  private repetition(): { min: number; max: number } | undefined {
    const [found, sign, min = "", comma, max = ""] =
      this.cursor.takeMatch(/^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/) ?? [];
    if (found === undefined) return undefined;
    if (sign !== undefined) return { min: sign === "+" ? 1 : 0, max: sign === "?" ? 1 : Infinity };
    const least = Number(min);
    const most = comma === "" ? least : max === "" ? Infinity : Number(max);
    if (least > 1000 || (most > 1000 && most !== Infinity) || least > most) throw new Malformed();
    return { min: least, max: most };
  }

  /** Undefined for what only sets flags. */
  private atom(): Node | undefined {
    if (this.cursor.take("(")) return this.group();
    if (this.cursor.take("[")) return this.character(characterClass(this.cursor));
    if (this.cursor.take(".")) {
      const { dotAll } = this.flags;
      return this.character((char) => dotAll || char !== "\n");
    }
    if (this.cursor.take("^")) return this.border("start");
    if (this.cursor.take("$")) return this.border("end");
    if (this.cursor.take("\\")) return this.escape();
    const char = this.cursor.next();
    return this.character((other) => other === char);
  }

  private group(): Node | undefined {
    if (this.cursor.take("?")) {
      const name = this.cursor.takeMatch(/^P?<(\w+)>/)?.[1];
      if (name !== undefined) {
        if (this.names.has(name)) throw new Malformed();
        this.names.add(name);
      } else {
        const [, on, off, end] = this.cursor.takeMatch(/^([imsU]*)(?:-([imsU]+))?([:)])/) ?? [];
        if (end === undefined) throw new Malformed();
        const before = this.flags;
        this.flags = withFlags(this.flags, on ?? "", off ?? "");
        if (end === ")") return undefined;
        const inner = this.inner();
        this.flags = before;
        return inner;
      }
    }
    return this.inner();
  }

  private inner(): Node {
    const node = this.alternatives();
    if (!this.cursor.take(")")) throw new Malformed();
    return node;
  }

  private escape(): Node {
    if (this.cursor.take("A")) return at((index) => index === 0);
    if (this.cursor.take("z")) return at((index, text) => index === text.length);
    if (this.cursor.take("b")) return at(isWordBorder);
    if (this.cursor.take("B")) return at((index, text) => !isWordBorder(index, text));
    if (this.cursor.take("Q")) return this.quoted();
    const test = unicodeClass(this.cursor) ?? perlClass(this.cursor);
    if (test !== undefined) return this.character(test);
    const char = escapedCharacter(this.cursor);
    return this.character((other) => other === char);
  }

  private quoted(): Node {
    const text = this.cursor.takeMatch(/^([^]*?)(?:\\E|$)/)?.[1] ?? "";
    const nodes = Array.from(text, (char) => this.character((other) => other === char));
    return (within, starts) => nodes.reduce((ends, node) => node(within, ends), starts);
  }

  private border(side: "start" | "end"): Node {
    const { multiline } = this.flags;
    return at((index, text) => {
      const [edge, neighbour] = side === "start" ? [0, text[index - 1]] : [text.length, text[index]];
      return index === edge || (multiline && neighbour === "\n");
    });
  }

  private character(test: CharacterTest): Node {
    const { ignoreCase } = this.flags;
    const matches = (char: string) =>
      test(char) || (ignoreCase && (test(char.toLowerCase()) || test(char.toUpperCase())));
    return (text, starts) => {
      const ends = new Set<number>();
      for (const start of starts) {
        const char = text[start];
        if (char !== undefined && matches(char)) ends.add(start + 1);
      }
      return ends;
    };
  }
}

function repeat(node: Node, min: number, max: number): Node {
  return (text, starts) => {
    let ends = starts;
    for (let count = 0; count < min && ends.size > 0; count += 1) ends = node(text, ends);
    const all = new Set(ends);
    for (let count = min; count < max && ends.size > 0; count += 1) {
      // What was reached before leads to nothing new.
      ends = new Set(Array.from(node(text, ends)).filter((end) => !all.has(end)));
      for (const end of ends) all.add(end);
    }
    return all;
  };
}

const at =
  (test: (index: number, text: readonly string[]) => boolean): Node =>
  (text, starts) =>
    new Set(Array.from(starts).filter((index) => test(index, text)));

const union = (sets: readonly ReadonlySet<number>[]): ReadonlySet<number> =>
  new Set(sets.flatMap((set) => Array.from(set)));

function isWordBorder(index: number, text: readonly string[]): boolean {
  const isWord = (char: string | undefined) => char !== undefined && /^\w$/.test(char);
  return isWord(text[index - 1]) !== isWord(text[index]);
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  const flag = (letter: string, before: boolean) => !off.includes(letter) && (on.includes(letter) || before);
  return {
    ignoreCase: flag("i", flags.ignoreCase),
    dotAll: flag("s", flags.dotAll),
    multiline: flag("m", flags.multiline),
  };
}
