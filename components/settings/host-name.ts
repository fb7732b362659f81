import { isIPv4 } from "node:net";
import { domainToASCII } from "node:url";

/** What is wrong with the name of a host, without a port; undefined when nothing is. */
export function hostNameProblem(name: string): string | undefined {
  if (name.trim() === "") return "is empty: write a host name like 'company.com'";
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name))
    return `'${name}' is a URL: write the host alone, '${authorityOf(name)}'`;
  if (name.startsWith("[") || name.split(":").length > 2) {
    return `'${name}' is an IPv6 address, which content security policies can't contain: write a host name`;
  }
  if (/[\s/?#@\\:]/.test(name)) return `'${name}' is not a host name: write one like 'company.com'`;
  if (/[^\x20-\x7e]/.test(name)) {
    const ascii = domainToASCII(name);
    if (ascii === "") return `'${name}' is not a host name: write one like 'company.com'`;
    return `'${name}' has non-ASCII letters, which issuers and redirects have as punycode: write '${ascii}'`;
  }
  if (name !== name.toLowerCase()) {
    return `'${name}' has upper-case letters, and Pocket ID writes its issuer in lower case: write '${name.toLowerCase()}'`;
  }
  if (name.endsWith(".")) return `'${name}' ends in a dot: write '${name.replace(/\.+$/, "")}'`;
  const badLabel = name.split(".").find((label) => !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  if (badLabel !== undefined || name.length > 253) {
    return `'${name}' is not a host name: write 1 to 63 letters, digits and inner hyphens between dots, and at most 253 characters in all`;
  }
  // Browsers read any name whose last part is a number as an IPv4 address, `127.1` too.
  if (/(^|\.)(\d+|0x[\da-f]*)$/.test(name) && !isIPv4(name)) {
    return `'${name}' is neither an IPv4 address nor a host name: write a name, or four numbers up to 255`;
  }
  return undefined;
}

/**
 * What is wrong with a host as it stands in a URL: a name and perhaps a port.
 * @param defaultPort the scheme's own port, which browsers leave out of URLs
 */
export function hostProblem(host: string, defaultPort = 443): string | undefined {
  const { name, port } = splitHost(host);
  const problem = hostNameProblem(name);
  if (problem !== undefined || port === undefined) return problem;
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) {
    return `'${host}' has the port '${port}': write a number from 1 to 65535, or none`;
  }
  if (Number(port) === defaultPort)
    return `'${host}' has the default port, which browsers omit: write '${name}'`;
  return undefined;
}

/** Name and port of `localhost:1411`; a host that has more colons than one keeps them in its name. */
export function splitHost(host: string): { name: string; port: string | undefined } {
  const [, name = host, port] = /^([^:]*):([^:/?#]*)$/.exec(host) ?? [];
  return { name, port };
}

/** `company.com:8443` of `https://company.com:8443/path`. */
export function authorityOf(url: string): string {
  return url.replace(/^[^:]*:\/\//, "").replace(/[/?#\\].*$/s, "");
}

/** Whether packets to this host never leave the machine. */
export function isLoopback(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost") || (isIPv4(name) && name.startsWith("127."));
}
