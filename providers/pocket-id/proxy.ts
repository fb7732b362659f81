import { isLoopback } from "./connection";

/** Whether a URL is on this machine. A proxy must not be used for it: to a proxy, `localhost` is the proxy's own machine. */
export function isOnThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return (
    isLoopback(hostname) || /(^|\.)localhost\.?$/.test(hostname) || ["0.0.0.0", "[::]"].includes(hostname)
  );
}

/**
 * Whether requests with the API key ignore the proxies that the environment names. Over https a proxy tunnels what it can't
 * read; over plain http it would read the key.
 */
export function skipsProxies(url: string): boolean {
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
