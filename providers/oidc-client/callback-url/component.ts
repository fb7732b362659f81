import { Malformed, readExpression } from "./expression";

/** A piece of a URL pattern. Source: https://urlpattern.spec.whatwg.org, section 2.1. */
export interface Token {
  readonly kind:
    "char" | "escaped" | "name" | "regexp" | "asterisk" | "modifier" | "open" | "close" | "invalid";
  readonly text: string;
  /** Where it starts in the pattern. */
  readonly at: number;
}

/** Characters that mean something in a pattern; a colon and a parenthesis that begin no name or group are invalid. */
const SIGNS = new Map<string, Token["kind"]>([
  ["*", "asterisk"],
  ["+", "modifier"],
  ["?", "modifier"],
  ["{", "open"],
  ["}", "close"],
  [":", "invalid"],
  ["(", "invalid"],
]);

/** Cuts a pattern into tokens. @throws Malformed when a backslash escapes nothing */
export function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const add = (kind: Token["kind"], text: string, length: number) => {
    tokens.push({ kind, text, at });
    at += length;
  };
  while (at < pattern.length) {
    const rest = pattern.slice(at);
    const [all, escaped, name] = /^(?:\\(.)|:(\p{ID_Start}\p{ID_Continue}*)|.)/su.exec(rest) ?? [""];
    const group = all === "(" ? leadingGroup(rest) : undefined;
    if (escaped !== undefined) add("escaped", escaped, all.length);
    else if (name !== undefined) add("name", name, all.length);
    else if (group !== undefined) add("regexp", group, group.length + 2);
    else if (all === "\\") throw new Malformed();
    else add(SIGNS.get(all) ?? "char", all, all.length);
  }
  return tokens;
}

/** The inside of the group that the text begins with: ASCII, not empty, its inner groups unnumbered. */
function leadingGroup(text: string): string | undefined {
  let depth = 0;
  for (const { 0: all, index } of text.matchAll(/\\?[^]/g)) {
    if (!/^(?:\\?\p{ASCII})$/u.test(all) || all === "\\" || (index === 1 && all === "?")) return undefined;
    if (all === "(") {
      depth += 1;
      if (depth > 1 && text.charAt(index + 1) !== "?") return undefined;
    } else if (all === ")") {
      depth -= 1;
      if (depth === 0) return index === 1 ? undefined : text.slice(1, index);
    }
  }
  return undefined;
}

/** How the texts of one part of a URL are written, and what its wildcards match. */
export interface ComponentRules {
  /** A text in the form in which URLs have it; undefined when no URL can have it. */
  encode(text: string): string | undefined;
  /** What a segment ends at. */
  readonly delimiter?: string;
  /** What belongs to the wildcard that follows it. */
  readonly prefix?: string;
}

/**
 * Compiles one part of a URL pattern to a regular expression in Go's syntax. Source: https://urlpattern.spec.whatwg.org,
 * sections 2.3 and 2.4.
 *
 * @throws Malformed when its syntax is wrong
 */
export function compile(pattern: string, rules: ComponentRules): string {
  const source = new Compiler(tokenize(pattern), rules).source();
  readExpression(source);
  return source;
}

class Compiler {
  private index = 0;
  private pending = "";
  private result = "";
  private endsInSegment = false;
  private readonly names = new Set<string>();
  private readonly segment: string;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly rules: ComponentRules,
  ) {
    this.segment = `[^${escaped(rules.delimiter ?? "\0")}]+`;
  }

  source(): string {
    while (this.index < this.tokens.length) this.readOne();
    this.flush();
    return this.result;
  }

  private readOne(): void {
    const char = this.take("char");
    const matcher = this.takeMatcher();
    if (matcher !== undefined) {
      const isPrefix = char !== undefined && char === this.rules.prefix;
      if (!isPrefix) this.pending += char ?? "";
      this.addMatcher(isPrefix ? char : "", matcher, "");
      return;
    }
    const text = char ?? this.take("escaped");
    if (text !== undefined) this.pending += text;
    else if (this.take("open") !== undefined) this.readGroup();
    else throw new Malformed();
  }

  /** `{...}`: text, at most one matcher, text; with or without a modifier. */
  private readGroup(): void {
    const before = this.takeText();
    const matcher = this.takeMatcher();
    const after = this.takeText();
    if (this.take("close") === undefined) throw new Malformed();
    if (matcher !== undefined) {
      this.addMatcher(before, matcher, after);
      return;
    }
    const modifier = this.takeModifier();
    if (modifier === "") {
      this.pending += before;
      return;
    }
    this.flush();
    if (before !== "") this.result += `(?:${this.encode(before)})${modifier}`;
  }

  private addMatcher(before: string, matcher: string, after: string): void {
    this.flush(before === "" && after === "");
    const modifier = this.takeModifier();
    const prefix = this.encode(before);
    const suffix = this.encode(after);
    this.endsInSegment = matcher === this.segment && modifier === "" && suffix === "";
    const one = `(?:${matcher})`;
    if (prefix === "" && suffix === "") this.result += one + modifier;
    else if (modifier === "" || modifier === "?") this.result += `(?:${prefix}${one}${suffix})${modifier}`;
    else {
      const several = `(?:${prefix}${one}(?:${suffix}${prefix}${one})*${suffix})`;
      this.result += several + (modifier === "*" ? "?" : "");
    }
  }

  /** `:name`, `(regexp)`, `:name(regexp)` or `*`, as a regular expression. */
  private takeMatcher(): string | undefined {
    const name = this.take("name");
    if (name !== undefined) {
      if (this.names.has(name)) throw new Malformed();
      this.names.add(name);
    }
    const segment = name === undefined ? undefined : this.segment;
    return this.take("regexp") ?? segment ?? (this.take("asterisk") === undefined ? undefined : ".*");
  }

  private takeModifier(): string {
    return this.take("modifier", "asterisk") ?? "";
  }

  private takeText(): string {
    let text = "";
    let next: string | undefined;
    while ((next = this.take("char", "escaped")) !== undefined) text += next;
    return text;
  }

  /** The text of the next token if it is of one of these kinds. */
  private take(...kinds: Token["kind"][]): string | undefined {
    const token = this.tokens[this.index];
    if (!token || !kinds.includes(token.kind)) return undefined;
    this.index += 1;
    return token.text;
  }

  private flush(isBeforeWildcard = false): void {
    if (this.pending === "") return;
    const encoded = this.encode(this.pending);
    // Pocket ID fails on a text of which nothing is left, such as a tab, beside a wildcard.
    if (encoded === "" && (isBeforeWildcard || this.endsInSegment)) throw new Malformed();
    this.result += encoded;
    this.pending = "";
    this.endsInSegment = false;
  }

  private encode(text: string): string {
    const encoded = text === "" ? "" : this.rules.encode(text);
    if (encoded === undefined) throw new Malformed();
    return escaped(encoded);
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
