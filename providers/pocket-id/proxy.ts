import { isLoopback } from "./connection";

/**
 * Whether a URL is this machine's own. No proxy may be asked for it: to a proxy on another machine, `localhost` is that
 * machine.
 */
export function isOnThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    isLoopback(hostname) || /(^|\.)localhost\.?$/.test(hostname) || ["0.0.0.0", "[::]"].includes(hostname)
  );
}

/**
 * Whether requests with a key go past the proxies that the environment names. Over https a proxy only passes on what it can't
 * read; over plain http it would read the key.
 */
export function goesPastProxies(url: string): boolean {
  return isOnThisMachine(url) || new URL(url).protocol === "http:";
}

/** The variable that names a proxy for a URL; undefined when none does. */
export function proxyVariable(
  url: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const scheme = new URL(url).protocol.replace(":", "");
  const names = [`${scheme}_proxy`, "all_proxy"].flatMap((name) => [name, name.toUpperCase()]);
  return names.find((name) => (environment[name] ?? "") !== "");
}
