import { isIPv4 } from "node:net";
import { isAuthority } from "./data";
import { importDocker } from "./docker-places";
import { importKubernetes } from "./kubernetes-places";
import { type Part, pathsIn, type Setup } from "./setup";

/** The URLs of a set-up, and what they should look like. @throws Error in one line if one is missing */
export function addressesOf({ environment, source }: Setup) {
  const missing = (name: string) =>
    new Error(`${source} doesn't set ${name}: is it an oCIS with Pocket ID logins?`);
  const ocis = environment["OCIS_URL"] || environment["OCIS_PUBLIC_URL"];
  if (!ocis) throw missing("OCIS_URL");
  const names = ["OCIS_OIDC_ISSUER", "PROXY_OIDC_ISSUER", "WEB_OIDC_AUTHORITY"] as const;
  const given = names.map((name) => environment[name]).find((value) => value);
  if (!given) throw missing("OCIS_OIDC_ISSUER");
  for (const url of [ocis, given]) if (!URL.canParse(url)) throw new Error(`${source}: '${url}' isn't a URL`);
  const [ocisUrl, issuer] = [new URL(ocis), new URL(given)];
  if (issuer.pathname !== "/") {
    throw new Error(
      `${source}: the issuer '${given}' has a path, and Pocket ID's has none: is it another provider's?`,
    );
  }
  const differences = [
    ...(ocis === ocisUrl.origin ? [] : [`OCIS_URL is ${ocis}: becomes https://${ocisUrl.host}`]),
    ...(given === issuer.origin
      ? []
      : [`the issuer is ${given}: becomes ${issuer.origin}, as Pocket ID writes it`]),
    ...(environment["OCIS_OIDC_ISSUER"] ? [] : ["the issuer isn't in OCIS_OIDC_ISSUER, as in the guide"]),
  ];
  return { ocisHost: ocisUrl.host, issuer: issuer.origin, differences };
}

/** Everything that isn't a variable. */
export async function importPlaces(setup: Setup, newName: string): Promise<Part> {
  const { image, environment } = setup;
  const used = new Set([environment["OCIS_URL"], environment["OCIS_OIDC_ISSUER"]].map((url) => hostIn(url)));
  const byHand = Object.entries(setup.extraHosts)
    .filter(([, ip]) => ip.includes(":"))
    .map(
      ([host, ip]) =>
        `${host} has the IPv6 address ${ip}, which isn't imported: set an IPv4 one in extraHosts` +
        (used.has(host) ? ", or logins and uploads fail" : ""),
    );
  const hosts = Object.entries(setup.extraHosts).filter(([, ip]) => isIPv4(ip) || ip === "host-gateway");
  const caCertificate = await authorityOf(setup);
  const place = setup.runsIn === "docker" ? importDocker(setup, newName) : importKubernetes(setup, newName);
  return {
    ...place,
    config: {
      ocisImage: image,
      ...place.config,
      ...(hosts.length > 0 && { extraHosts: Object.fromEntries(hosts) }),
      ...(caCertificate !== undefined && { caCertificate }),
      // oCIS's own value is true.
      ...(/^(0|f|false)$/i.test(environment["PROXY_TLS"] ?? "") ? {} : { tls: "true" }),
    },
    differences: [
      ...(/:[^:/]*\d[^:/]*$/.test(image.replace(/@.*$/, ""))
        ? []
        : [`image ${image} names no version: name one, as every new container may be another oCIS`]),
      ...(place.differences ?? []),
    ],
    byHand: [...byHand, ...(place.byHand ?? [])],
  };
}

const hostIn = (url: string | undefined) =>
  url !== undefined && URL.canParse(url) ? new URL(url).hostname : undefined;

/** The PEM of a mounted authority. */
export async function authorityOf({ mounts, environment, readFile }: Setup): Promise<string | undefined> {
  const files = [environment["SSL_CERT_FILE"], ...pathsIn(mounts).filter(isAuthority)];
  for (const file of files) {
    const text = file ? await readFile(file) : undefined;
    if (text?.includes("-----BEGIN CERTIFICATE-----") === true) return text;
  }
  return undefined;
}
