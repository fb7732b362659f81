import { didYouMean } from "../problem";

/** The keywords, without the inner quotes that a policy needs around them. */
const KEYWORDS: readonly string[] = [
  "none",
  "self",
  "inline-speculation-rules",
  "report-sample",
  "report-sha256",
  "report-sha384",
  "report-sha512",
  "strict-dynamic",
  "trusted-types-eval",
  "unsafe-allow-redirects",
  "unsafe-eval",
  "unsafe-hashes",
  "unsafe-inline",
  "unsafe-webtransport-hashes",
  "wasm-unsafe-eval",
];

/** A nonce or a hash, without the inner quotes. */
const NONCE_OR_HASH = /^(nonce|sha256|sha384|sha512)-[A-Za-z0-9+/_-]+={0,2}$/;

/** Schemes that stand alone as a source, without their colon: a bare `data` would be read as a host name. */
const SCHEMES = ["blob", "data", "filesystem", "http", "https", "mediastream", "ws", "wss"];

const SCHEME_SOURCE = /^[a-z][a-z0-9+.-]*:$/i;

const HOST_SOURCE =
  /^([a-z][a-z0-9+.-]*:\/\/)?(\*|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*)(:(\d{1,5}|\*))?(\/[^?#]*)?$/i;

/** What is wrong with any value of any directive: what would end it, be replaced by oCIS, or stop oCIS. */
export function textProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return `${JSON.stringify(value)} is not text: write it in quotes`;
  if (value.trim() === "") return `'${value}' is empty: remove it`;
  if (/\s/.test(value)) return `${JSON.stringify(value)} has blanks: write each source as an item of its own`;
  if (/[;,]/.test(value))
    return `'${value}' has '${/[;,]/.exec(value)?.[0] ?? ""}', which would end the directive: remove it`;
  if (value.includes("$"))
    return `'${value}' has '$', which oCIS would replace by an environment variable: write the value itself`;
  if (/[^\x21-\x7e]/.test(value)) return `'${value}' has non-ASCII letters: write host names in punycode`;
  if (value.includes('"')) return `'${value}' has double quotes: keywords need single ones, like 'self'`;
  return undefined;
}

/** What is wrong with one source of a directive that lists sources. */
export function sourceProblem(source: string): string | undefined {
  if (source.startsWith("'") || source.endsWith("'")) return keywordProblem(source);
  const lower = source.toLowerCase();
  if (KEYWORDS.includes(lower) || /^(nonce|sha(256|384|512))-/.test(lower)) {
    return `'${source}' would be read as a host name: write it with inner quotes, "'${source}'"`;
  }
  if (SCHEMES.includes(lower)) return `'${source}' would be read as a host name: write '${source}:'`;
  if (SCHEME_SOURCE.test(source)) return undefined;
  if (/[?#]/.test(source))
    return `'${source}' has '?' or '#', which sources can't contain: end it before that`;
  if (source.includes("["))
    return `'${source}' has an IPv6 address, which sources can't contain: write a host name`;
  if (!HOST_SOURCE.test(source)) {
    return `'${source}' is not a source: write one like 'https://company.com', '*.company.com' or 'data:'`;
  }
  return undefined;
}

/** What is wrong with one of the embedders that `frame-ancestors` lists; another keyword would stop oCIS. */
export function ancestorProblem(source: string): string | undefined {
  const isOtherKeyword = source.startsWith("'") && source !== "'self'" && source !== "'none'";
  if (isOtherKeyword && keywordProblem(source) === undefined) {
    return `"${source}" means nothing here and stops oCIS: of the keywords write only "'self'" or "'none'"`;
  }
  return sourceProblem(source);
}

function keywordProblem(source: string): string | undefined {
  const word = source.replace(/^'+|'+$/g, "");
  const isKeyword = KEYWORDS.includes(word) || NONCE_OR_HASH.test(word);
  if (!isKeyword)
    return `"${source}" is not a keyword${didYouMean(word, KEYWORDS)}: only keywords, nonces and hashes are quoted`;
  return source === `'${word}'`
    ? undefined
    : `"${source}" doesn't have exactly one quote on each side: write "'${word}'"`;
}
