/** How the values of a directive are written. */
export type DirectiveKind =
  /** Sources like `'self'`, `data:` or `https://company.com`. */
  | "sources"
  /** Like sources, but of the quoted keywords only `'self'` and `'none'`. */
  | "ancestors"
  /** Each of these has rules of its own, which oCIS checks when it starts. */
  | "sandbox"
  | "trusted-types"
  | "require-trusted-types-for"
  | "webrtc"
  | "group"
  | "urls"
  | "nothing";

/**
 * The directives of Content Security Policy Level 3 and its companion specifications that oCIS can send. Missing on
 * purpose are the withdrawn ones (`block-all-mixed-content`, `navigate-to`, `plugin-types`, `prefetch-src`, `referrer`).
 *
 * @see https://www.w3.org/TR/CSP3/#csp-directives and the `cspbuilder` of github.com/DeepDiver1975/secure, which oCIS uses
 */
export const DIRECTIVES: Readonly<Record<string, DirectiveKind>> = {
  "base-uri": "sources",
  "child-src": "sources",
  "connect-src": "sources",
  "default-src": "sources",
  "fenced-frame-src": "sources",
  "font-src": "sources",
  "form-action": "sources",
  "frame-ancestors": "ancestors",
  "frame-src": "sources",
  "img-src": "sources",
  "manifest-src": "sources",
  "media-src": "sources",
  "object-src": "sources",
  "report-to": "group",
  "report-uri": "urls",
  "require-trusted-types-for": "require-trusted-types-for",
  sandbox: "sandbox",
  "script-src": "sources",
  "script-src-attr": "sources",
  "script-src-elem": "sources",
  "style-src": "sources",
  "style-src-attr": "sources",
  "style-src-elem": "sources",
  "trusted-types": "trusted-types",
  "upgrade-insecure-requests": "nothing",
  webrtc: "webrtc",
  "worker-src": "sources",
};

/** The kind of a directive; undefined if it doesn't exist. */
export function kindOf(directive: string): DirectiveKind | undefined {
  return Object.hasOwn(DIRECTIVES, directive) ? DIRECTIVES[directive] : undefined;
}

/** Which directive a browser consults when this one is missing. Those of `default-src` are left out of the table. */
const FALLBACKS: Readonly<Record<string, string>> = {
  "fenced-frame-src": "frame-src",
  "frame-src": "child-src",
  "script-src-attr": "script-src",
  "script-src-elem": "script-src",
  "style-src-attr": "style-src",
  "style-src-elem": "style-src",
  "worker-src": "child-src",
};

/** The directive that a browser consults when this one is missing; undefined for those that nothing stands in for. */
export function fallbackOf(directive: string): string | undefined {
  if (directive === "default-src" || !/-src(-|$)/.test(directive)) return undefined;
  return FALLBACKS[directive] ?? "default-src";
}

/** The keywords, without the inner quotes that a policy needs around them. */
export const KEYWORDS: readonly string[] = [
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
export const NONCE_OR_HASH = /^(nonce|sha256|sha384|sha512)-[A-Za-z0-9+/_-]+={0,2}$/;

/** Schemes that stand alone as a source, without their colon: a bare `data` would be read as the name of a host. */
export const SCHEMES: readonly string[] = [
  "blob",
  "data",
  "filesystem",
  "http",
  "https",
  "mediastream",
  "ws",
  "wss",
];

export const SCHEME_SOURCE = /^[a-z][a-z0-9+.-]*:$/i;

export const HOST_SOURCE =
  /^([a-z][a-z0-9+.-]*:\/\/)?(\*|(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*)(:(\d{1,5}|\*))?(\/[^?#]*)?$/i;

/** What `sandbox` may allow; oCIS takes one of them. */
export const SANDBOX_FLAGS: readonly string[] = [
  "allow-downloads",
  "allow-downloads-without-user-activation",
  "allow-forms",
  "allow-modals",
  "allow-orientation-lock",
  "allow-pointer-lock",
  "allow-popups",
  "allow-popups-to-escape-sandbox",
  "allow-presentation",
  "allow-same-origin",
  "allow-scripts",
  "allow-storage-access-by-user-activation",
  "allow-top-navigation",
  "allow-top-navigation-by-user-activation",
  "allow-top-navigation-to-custom-protocols",
];
