/** Percent-encodes control characters, all but ASCII, and what the pattern matches. */
function percentEncode(text: string, also: RegExp): string {
  return Array.from(text, (char) => {
    const isPlain = char >= "\x20" && char < "\x7f" && !also.test(char);
    return isPlain ? char : percent(char);
  }).join("");
}

/** Every byte of a text as `%XX`. */
export const percent = (text: string): string =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");

/** Bytes, one character each, with every `%XX` read. */
export const unescaped = (bytes: string): string =>
  bytes.replace(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Whether a `%` begins no `%XX`. */
export const hasBadEscape = (text: string): boolean => /%(?![0-9a-f]{2})/i.test(text);

export const encodeUserInfo = (text: string): string => percentEncode(text, /[ "#<>?`{}/:;=@[\\\]^|]/);
const encodeSegment = (text: string): string => percentEncode(text, /[ "#<>?`{}]/);
export const encodeOpaque = (text: string): string => percentEncode(text, /(?!)/);

/** What URLs ignore wherever it stands. */
export const withoutBreaks = (text: string): string => text.replace(/[\t\n\r]/g, "");

/** A path that begins with a slash, without `.` and `..`. */
export function encodePath(path: string): string {
  const segments = path.split("/").slice(1);
  const kept: string[] = [];
  segments.forEach((segment, index) => {
    const encoded = encodeSegment(segment);
    const isLast = index === segments.length - 1;
    if (/^(?:\.|%2e){2}$/i.test(encoded)) {
      kept.pop();
      if (isLast) kept.push("");
    } else if (!/^(?:\.|%2e)$/i.test(encoded)) kept.push(encoded);
    else if (isLast) kept.push("");
  });
  return kept.map((segment) => `/${segment}`).join("");
}
