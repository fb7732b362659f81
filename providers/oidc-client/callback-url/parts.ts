import { type Token, tokenize } from "./tokens";

/** The parts of a URL pattern. A part that it lacks may be anything: `*`. */
export interface PatternParts {
  protocol: string;
  username: string;
  password: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
}

/**
 * Finds where the parts of a URL begin and end; undefined without a scheme. Source: https://urlpattern.spec.whatwg.org,
 * section 2.2.
 *
 * @param isSpecial whether the pattern of a scheme matches one whose URLs always have a host
 */
export function partsOf(
  pattern: string,
  isSpecial: (protocol: string) => boolean | undefined,
): PatternParts | undefined {
  const tokens = tokenize(pattern);
  return tokens && new Splitter(pattern, tokens).split(isSpecial);
}

class Splitter {
  private readonly depths: number[] = [];
  private start = 0;

  constructor(
    private readonly pattern: string,
    private readonly tokens: readonly Token[],
  ) {
    let depth = 0;
    for (const { kind } of tokens) {
      if (kind === "close" && depth > 0) depth -= 1;
      if (kind === "open") depth += 1;
      // What is inside of `{}` is never a border.
      this.depths.push(depth);
    }
  }

  split(isSpecial: (protocol: string) => boolean | undefined): PatternParts | undefined {
    const colon = this.find((index) => this.is(index, ":"));
    if (colon === this.tokens.length) return undefined;
    const protocol = this.cut(colon, 1);
    const special = isSpecial(protocol);
    if (special === undefined) return undefined;
    const slashes = this.is(this.start, "/") && this.is(this.start + 1, "/");
    if (slashes) this.start += 2;
    const hasHost = slashes || special;
    const parts = { protocol, username: "*", password: "*", hostname: "", port: "" };
    if (hasHost) {
      Object.assign(parts, this.cutUserInfo());
      parts.hostname = this.cutHostname();
      if (this.is(this.start, ":")) {
        this.start += 1;
        const end = this.find((index) => this.endsAuthority(index));
        parts.port = this.cut(end, 0);
      }
    }
    const pathEnd = this.find((index) => this.beginsSearch(index));
    const hasSearch = pathEnd < this.tokens.length;
    const path = this.cut(pathEnd, 1);
    const noPath = hasSearch ? (special ? "/" : "") : "*";
    return {
      ...parts,
      pathname: path === "" && hasHost ? noPath : path,
      search: hasSearch ? this.cut(this.tokens.length, 0).replace(/^\?/, "") : "*",
    };
  }

  private cutUserInfo(): Partial<PatternParts> {
    const end = this.find((index) => this.is(index, "@") || this.endsAuthority(index));
    if (!this.is(end, "@")) return {};
    const colon = this.find((index) => index >= end || this.is(index, ":"));
    if (colon >= end) return { username: this.cut(end, 1) };
    return { username: this.cut(colon, 1), password: this.cut(end, 1) };
  }

  private cutHostname(): string {
    let brackets = 0;
    const end = this.find((index) => {
      if (this.is(index, "[")) brackets += 1;
      else if (this.is(index, "]")) brackets -= 1;
      else return (brackets === 0 && this.is(index, ":")) || this.endsAuthority(index);
      return false;
    });
    return this.cut(end, 0);
  }

  private endsAuthority(index: number): boolean {
    return this.is(index, "/") || this.beginsSearch(index);
  }

  /** A question mark is one unless it is the modifier of what comes before it. */
  private beginsSearch(index: number): boolean {
    const token = this.tokens[index];
    if (token?.text !== "?" || token.kind === "name" || token.kind === "regexp") return false;
    const before = this.tokens[index - 1]?.kind;
    return (
      token.kind !== "modifier" ||
      !(before === "name" || before === "regexp" || before === "close" || before === "asterisk")
    );
  }

  private is(index: number, char: string): boolean {
    const token = this.tokens[index];
    return token?.text === char && ["char", "escaped", "invalid"].includes(token.kind);
  }

  /** The first token outside of groups, from where we are, that the test is true of; else the end. */
  private find(test: (index: number) => boolean): number {
    for (let index = this.start; index < this.tokens.length; index += 1) {
      if (this.depths[index] === 0 && test(index)) return index;
    }
    return this.tokens.length;
  }

  /** The text up to a token; goes on behind it and the border that it is. */
  private cut(end: number, border: number): string {
    const from = this.tokens[this.start]?.at ?? this.pattern.length;
    const to = this.tokens[end]?.at ?? this.pattern.length;
    this.start = end + border;
    return this.pattern.slice(from, to);
  }
}
