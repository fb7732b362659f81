import { type Expression, readExpression } from "./expression";
import { type Token, tokenize } from "./tokens";

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
 * Compiles one part of a URL pattern; undefined when its syntax is wrong. Source: https://urlpattern.spec.whatwg.org,
 * sections 2.3 and 2.4.
 */
export function compile(pattern: string, rules: ComponentRules): Expression | undefined {
  const tokens = tokenize(pattern);
  const source = tokens && new Compiler(tokens, rules).source();
  return source === undefined ? undefined : readExpression(source);
}

class Invalid extends Error {}

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

  /** The part as the text of a regular expression. */
  source(): string | undefined {
    try {
      while (this.index < this.tokens.length) this.readOne();
      this.flush();
      return this.result;
    } catch (error) {
      if (error instanceof Invalid) return undefined;
      throw error;
    }
  }

  private readOne(): void {
    const char = this.take("char");
    const matcher = this.takeMatcher();
    if (matcher !== undefined) {
      const prefix = char !== undefined && char.text === this.rules.prefix ? char.text : "";
      if (prefix === "") this.pending += char?.text ?? "";
      this.addMatcher(prefix, matcher, "");
      return;
    }
    const text = char ?? this.take("escaped");
    if (text !== undefined) this.pending += text.text;
    else if (this.take("open")) this.readGroup();
    else throw new Invalid();
  }

  /** `{...}`: text, at most one matcher, text; with or without a modifier. */
  private readGroup(): void {
    const before = this.takeText();
    const matcher = this.takeMatcher();
    const after = this.takeText();
    if (!this.take("close")) throw new Invalid();
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
    if (before !== "") this.result += `(?:${escaped(this.encode(before))})${modifier}`;
  }

  private addMatcher(before: string, matcher: string, after: string): void {
    this.flush(before === "" && after === "");
    const modifier = this.takeModifier();
    const prefix = escaped(this.encode(before));
    const suffix = escaped(this.encode(after));
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
    if (name) {
      if (this.names.has(name.text)) throw new Invalid();
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

  private flush(isBeforeWildcard = false): void {
    if (this.pending === "") return;
    const encoded = this.encode(this.pending);
    // Pocket ID fails on a text of which nothing is left, such as a tab, beside a wildcard.
    if (encoded === "" && (isBeforeWildcard || this.endsInSegment)) throw new Invalid();
    this.result += escaped(encoded);
    this.pending = "";
    this.endsInSegment = false;
  }

  private encode(text: string): string {
    if (text === "") return "";
    const encoded = this.rules.encode(text);
    if (encoded === undefined) throw new Invalid();
    return encoded;
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
