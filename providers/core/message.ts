/** The message of whatever was thrown, on one line: names that people typed may be in it. */
export function messageOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error));
}

/** The same text on one line, with an escape for each character that a terminal would act on. */
export function printable(value: string): string {
  return value.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069\ufeff]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
