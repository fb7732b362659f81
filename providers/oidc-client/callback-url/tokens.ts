/** A piece of a URL pattern. Source: https://urlpattern.spec.whatwg.org, section 2.1. */
export interface Token {
  kind: "char" | "escaped" | "name" | "regexp" | "asterisk" | "modifier" | "open" | "close" | "invalid";
  text: string;
  /** Where it starts in the pattern. */
  at: number;
}

const SIGNS: Readonly<Record<string, Token["kind"]>> = {
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
    const char = firstOf(rest);
    let length = char.length;
    if (char === "\\") {
      if (rest.length === 1) return undefined;
      const escaped = firstOf(rest.slice(1));
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
      tokens.push({ kind: SIGNS[char] ?? "char", text: char, at });
    }
    at += length;
  }
  return tokens;
}

const firstOf = (text: string): string => String.fromCodePoint(text.codePointAt(0) ?? 0);

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
