/** Placeholder, replaced below. */
export function isCallbackUrlPattern(pattern: string): boolean {
  return pattern === "*" || /^[a-z*][a-z0-9+.*-]*:(?![a-z])/i.test(pattern);
}
