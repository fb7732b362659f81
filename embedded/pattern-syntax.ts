/**
 * The pattern syntax of the URLPattern standard (https://urlpattern.spec.whatwg.org), as far as it takes to tell a
 * valid pattern from an invalid one. Node 20 has no URLPattern of its own.
 */

export interface Token {
  kind: "char" | "escaped" | "name" | "regexp" | "asterisk" | "modifier" | "open" | "close" | "invalid";
  text: string;
  /** Where it starts in the pattern. */
  at: number;
}

/** One component of a URL pattern, read. */
export interface Component {
  /** The texts that stand for themselves; what is allowed in them depends on the component. */
  texts: string[];
  /** A regular expression that matches what the component matches. */
  source: string;
}

const signs: Readonly<Record<string, Token["kind"]>> = {
  "*": "asterisk",
  "+": "modifier",
  "?": "modifier",
  "{": "open",
  "}": "close",
};

/** Cuts a pattern into tokens; undefined when a backslash escapes nothing. */
export function tokenize(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < pattern.length) {
    const rest = pattern.slice(at);
    const char = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    let length = char.length;
    if (char === "\\") {
      if (rest.length === 1) return undefined;
      const escaped = String.fromCodePoint(rest.codePointAt(1) ?? 0);
      tokens.push({ kind: "escaped", text: escaped, at });
      length = 1 + escaped.length;
    } else if (char === ":") {
      const name = /^:(\p{ID_Start}\p{ID_Continue}*)/u.exec(rest)?.[1];
      tokens.push(
        name === undefined ? { kind: "invalid", text: char, at } : { kind: "name", text: name, at },
      );
      length += name?.length ?? 0;
    } else if (char === "(") {
      const group = leadingGroup(rest);
      tokens.push(
        group === undefined ? { kind: "invalid", text: char, at } : { kind: "regexp", text: group, at },
      );
      length += group === undefined ? 0 : group.length + 1;
    } else {
      tokens.push({ kind: signs[char] ?? "char", text: char, at });
    }
    at += length;
  }
  return tokens;
}

/** The inside of the group that the text begins with: ASCII, not empty, its inner groups unnumbered. */
function leadingGroup(text: string): string | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char > "\x7f" || (i === 1 && char === "?")) return undefined;
    if (char === "\\") {
      i += 1;
      if (i >= text.length || text.charAt(i) > "\x7f") return undefined;
    } else if (char === "(") {
      depth += 1;
      if (depth > 1 && text.charAt(i + 1) !== "?") return undefined;
    } else if (char === ")") {
      depth -= 1;
      if (depth === 0) return i === 1 ? undefined : text.slice(1, i);
    }
  }
  return undefined;
}

/** Reads one component; undefined when its syntax is wrong. */
export function readComponent(pattern: string, segment: string): Component | undefined {
  const tokens = tokenize(pattern);
  return tokens && new ComponentReader(tokens, segment).read();
}

class ComponentReader {
  private index = 0;
  private source = "";
  private pending = "";
  private readonly texts: string[] = [];
  private readonly names = new Set<string>();

  constructor(
    private readonly tokens: readonly Token[],
    private readonly segment: string,
  ) {}

  read(): Component | undefined {
    while (this.index < this.tokens.length) {
      const text = this.take("char", "escaped");
      if (text) {
        this.pending += text.text;
      } else {
        const read = this.take("open") ? this.readGroup() : this.readMatcher();
        if (!read) return undefined;
      }
    }
    this.flush(this.pending);
    return isRegExp(this.source) ? { texts: this.texts, source: `^(?:${this.source})$` } : undefined;
  }

  /** `:name`, `(regexp)`, `:name(regexp)` or `*`, each with or without a modifier. */
  private readMatcher(): boolean {
    const source = this.takeMatcher();
    if (source === undefined) return false;
    this.flush(this.pending);
    this.pending = "";
    this.source += `(?:${source})${this.takeModifier()}`;
    return true;
  }

  /** `{...}`: text, at most one matcher, text; with or without a modifier. */
  private readGroup(): boolean {
    const before = this.takeText();
    const next = this.tokens[this.index]?.kind;
    const hasMatcher = next === "name" || next === "regexp" || next === "asterisk";
    const source = hasMatcher ? this.takeMatcher() : "";
    const after = this.takeText();
    if (source === undefined || !this.take("close")) return false;
    const modifier = this.takeModifier();
    if (!hasMatcher && modifier === "") {
      this.pending += before;
      return true;
    }
    this.flush(this.pending);
    this.pending = "";
    this.texts.push(before, after);
    this.source += `(?:${escape(before)}${source && `(?:${source})`}${escape(after)})${modifier}`;
    return true;
  }

  private takeMatcher(): string | undefined {
    const name = this.take("name");
    if (name) {
      if (this.names.has(name.text)) return undefined;
      this.names.add(name.text);
    }
    const regexp = this.take("regexp");
    if (regexp) return regexp.text;
    if (name) return this.segment;
    return this.take("asterisk") ? ".*" : undefined;
  }

  private takeModifier(): string {
    return this.take("modifier", "asterisk")?.text ?? "";
  }

  private takeText(): string {
    let text = "";
    for (let token = this.take("char", "escaped"); token; token = this.take("char", "escaped"))
      text += token.text;
    return text;
  }

  private take(...kinds: Token["kind"][]): Token | undefined {
    const token = this.tokens[this.index];
    if (!token || !kinds.includes(token.kind)) return undefined;
    this.index += 1;
    return token;
  }

  private flush(text: string): void {
    if (text === "") return;
    this.texts.push(text);
    this.source += escape(text);
  }
}

const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

function isRegExp(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}
