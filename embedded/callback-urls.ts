import { type Component, type Token, readComponent, tokenize } from "./pattern-syntax";
import type { PocketIdVersion } from "./versions";

const specialSchemes = ["ftp", "http", "https", "ws", "wss"];

/**
 * Whether Pocket ID stores the text as a callback URL: it must be a URL pattern with a scheme of its own. This is the
 * check at write time; what a stored pattern lets in at a login is another matter.
 */
export function isCallbackUrlPattern(text: string, version: PocketIdVersion): boolean {
  if (text === "*") return true;
  if (version !== "2.9" && !isPlainUrl(text)) return false;
  const pattern = inStandardSyntax(text.split("#")[0] ?? "");
  const tokens = tokenize(pattern);
  const parts = tokens && new UrlSplitter(pattern, tokens).split();
  if (!parts) return false;
  const { protocol, userInfo, hostname, port, pathname, search } = parts;
  const host = readComponent(hostname, "[^.]+?");
  const portNumber = readComponent(port, ".+?");
  return (
    (host?.texts.every(hostTest(hostname, protocol)) ?? false) &&
    (portNumber?.texts.every(isPort) ?? false) &&
    [...userInfo, pathname, search.replace(/^\?/, "")].every(
      (component) => readComponent(component, "[^/]+?") !== undefined,
    )
  );
}

/**
 * The check that later versions make beforehand: with its wildcards taken for what they are, the text must be a URL, of
 * a scheme that runs nothing.
 */
function isPlainUrl(text: string): boolean {
  const url = (text.split("#")[0] ?? "").replace(/^\*:\/\//, "https://");
  const [, scheme, authority = ""] = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?]*))?/i.exec(url) ?? [];
  if (scheme === undefined || /^(?:javascript|data)$/i.test(scheme)) return false;
  if (/\p{Cc}/u.test(url) || /%(?![0-9a-f]{2})/i.test(url)) return false;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  return /^(?:\[[^\]]*\]|[^\s[\]{}|\\^`%:]*)(?::\d*|:.*\*.*)?$/.test(host);
}

/**
 * Pocket ID's wildcards in the words of the standard: in the path `*` is one segment and `**` any number of them. The
 * colons of an IPv6 address are no names.
 */
function inStandardSyntax(text: string): string {
  const scheme = text.indexOf("://");
  const pathStart = text.indexOf("/", scheme < 0 ? 0 : scheme + 3);
  const base = pathStart < 0 ? text : text.slice(0, pathStart);
  const path = pathStart < 0 ? "" : text.slice(pathStart);
  const plainBase = base.replace(
    /^(.{2,}?:\/\/[^[\]/]*\[)([^[\]/]*)/s,
    (_all, start: string, address: string) => {
      return start + address.replaceAll(":", "\\:");
    },
  );
  return plainBase + path.replace(/\*\*?/g, (stars, index: number) => (stars === "**" ? "*" : `:p${index}`));
}

interface UrlParts {
  protocol: Component;
  userInfo: string[];
  hostname: string;
  port: string;
  pathname: string;
  search: string;
}

/** Finds where the parts of a URL begin and end; what is inside of `{}` is never a border. */
class UrlSplitter {
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
      this.depths.push(depth);
    }
  }

  split(): UrlParts | undefined {
    const colon = this.find((index) => this.is(index, ":"));
    if (colon === this.tokens.length) return undefined;
    const protocol = readComponent(this.cut(colon, 1), ".+?");
    if (!protocol?.texts.every(isScheme)) return undefined;

    const slashes = this.is(colon + 1, "/") && this.is(colon + 2, "/");
    if (slashes) this.start += 2;
    const parts = { protocol, userInfo: [] as string[], hostname: "", port: "" };
    if (slashes || isSpecial(protocol)) {
      parts.userInfo = this.cutUserInfo();
      parts.hostname = this.cutHostname();
      if (this.is(this.start, ":")) {
        this.start += 1;
        parts.port = this.cut(
          this.find((index) => this.endsAuthority(index)),
          0,
        );
      }
    }
    const pathname = this.cut(
      this.find((index) => this.beginsSearch(index)),
      1,
    );
    return { ...parts, pathname, search: this.cut(this.tokens.length, 0) };
  }

  private cutUserInfo(): string[] {
    const end = this.find((index) => this.is(index, "@") || this.endsAuthority(index));
    if (!this.is(end, "@")) return [];
    const colon = this.find((index) => index >= end || this.is(index, ":"));
    return [this.cut(colon, colon < end ? 1 : 0), this.cut(end, 1)];
  }

  private cutHostname(): string {
    let brackets = 0;
    return this.cut(
      this.find((index) => {
        if (this.is(index, "[")) brackets += 1;
        else if (this.is(index, "]")) brackets -= 1;
        else return (brackets === 0 && this.is(index, ":")) || this.endsAuthority(index);
        return false;
      }),
      0,
    );
  }

  private endsAuthority(index: number): boolean {
    return this.is(index, "/") || this.beginsSearch(index);
  }

  /** A question mark is one unless it is the modifier of what comes before it. */
  private beginsSearch(index: number): boolean {
    if (this.tokens[index]?.text !== "?") return false;
    const before = this.tokens[index - 1]?.kind;
    return (
      this.tokens[index].kind !== "modifier" ||
      !(before === "name" || before === "regexp" || before === "close" || before === "asterisk")
    );
  }

  private is(index: number, char: string): boolean {
    const token = this.tokens[index];
    return (
      token?.text === char && (token.kind === "char" || token.kind === "escaped" || token.kind === "invalid")
    );
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

const isSpecial = (protocol: Component): boolean =>
  specialSchemes.some((scheme) => new RegExp(protocol.source).test(scheme));

const isScheme = (text: string): boolean => /^\s*(?:[a-z][a-z0-9+.-]*)?$/i.test(text);

const isPort = (text: string): boolean =>
  text === "" || (String(Number(text)) === text && Number(text) <= 65_535);

function hostTest(hostname: string, protocol: Component): (text: string) => boolean {
  if (/^(?:\[.|\{\[|\\\[)/s.test(hostname)) return (text) => /^[[\]:0-9a-f]*$/i.test(text);
  return isSpecial(protocol) ? isDomain : isOpaqueHost;
}

/** Stricter than browsers are: each number of an address fits a byte, and in a name with letters beyond ASCII no other sign. */
function isDomain(text: string): boolean {
  if (text === "") return true;
  if (/[\0-\x20#/:<>?@[\\\]^|\x7f]/.test(text) || !URL.canParse(`https://${text}`)) return false;
  if (/^\.*\d[\d.]*$/.test(text) && text.split(".").some((part) => part === "" || Number(part) > 255))
    return false;
  return /^[\0-\x7f]*$/.test(text) || /^[\p{L}\p{M}\p{N}.-]*$/u.test(text);
}

function isOpaqueHost(text: string): boolean {
  return !/[\0-\x20!#/:<>?@[\\\]^|{}]/.test(text) && !/%(?![0-9a-f]{2})/i.test(text);
}
