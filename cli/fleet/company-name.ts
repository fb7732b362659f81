/**
 * What a stack may be called, as the engine has it; no longer than a file system takes. Its first character is none that makes
 * an option or a folder of it.
 */
export function companyNameProblem(name: string): string | undefined {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}$/.test(name)) return undefined;
  return `'${name}' can't be a company's name: write letters, digits, '-', '_' and '.', at most 80, and no '-' or '.' first`;
}
