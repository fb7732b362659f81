/**
 * What is wrong with a callback URL pattern, or undefined. Pocket ID accepts WHATWG URL patterns with a scheme, and `*`;
 * it refuses what a browser would run. Checked against the real server by the contract suite's table.
 */
export function callbackProblem(pattern: string): string | undefined {
  if (pattern === "*") return undefined;
  const [url = ""] = pattern.split("#", 1);
  const scheme = /^([a-z][a-z0-9+.-]*|\*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined)
    return `'${pattern}' has no scheme: write it like https://app.company.com/callback`;
  if (scheme === "javascript" || scheme === "data")
    return `'${pattern}' is a ${scheme}: URL, which a browser would run`;
  if (/\s/.test(url)) return `'${pattern}' has a blank in it`;
  const authority = /^[^:]+:\/\/([^/?]*)/.exec(url)?.[1];
  const port = authority === undefined ? undefined : /:([^:\]]*)$/.exec(authority)?.[1];
  if (port !== undefined && !/^(\d{1,5}|\*)?$/.test(port)) {
    return `'${pattern}' has the port '${port}': write a number, or * for any`;
  }
  return undefined;
}
