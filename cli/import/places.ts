import { isIPv4 } from "node:net";
import { filesLeft, importVolumes, isAuthority } from "./data";
import type { Part, Setup } from "./setup";

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

/** Everything of the container that isn't a variable. */
export async function importPlaces(setup: Setup, newName: string): Promise<Part> {
  const volumes = importVolumes(setup);
  const differences: string[] = [];
  const changes: string[] = [];
  const byHand: string[] = [];
  const { image, ports, networks, aliases, labels, environment, onHostNetwork } = setup;
  if (!/:[^:/]*\d[^:/]*$/.test(image.replace(/@.*$/, ""))) {
    differences.push(`image ${image} names no version: name one, as every new container may be another oCIS`);
  }
  const used = new Set([environment["OCIS_URL"], environment["OCIS_OIDC_ISSUER"]].map((url) => hostIn(url)));
  byHand.push(
    ...Object.entries(setup.extraHosts)
      .filter(([, ip]) => ip.includes(":"))
      .map(
        ([host, ip]) =>
          `${host} has the IPv6 address ${ip}, which isn't imported: set an IPv4 one in extraHosts` +
          (used.has(host) ? ", or logins and uploads fail" : ""),
      ),
  );
  const hosts = Object.entries(setup.extraHosts).filter(([, ip]) => isIPv4(ip) || ip === "host-gateway");
  const caCertificate = await authorityOf(setup);
  const [published] = ports;
  if (published !== undefined && published.ip !== "127.0.0.1") {
    changes.push(
      `port ${published.port} listens on 127.0.0.1 only, instead of ${published.ip}: a TLS proxy must be on the Docker host`,
    );
  }
  if (published === undefined) changes.push("port 9200 is published, on 127.0.0.1 only");
  if (onHostNetwork) changes.push("it leaves the Docker host's network, for one of its own");
  else if (networks.length === 0) {
    changes.push(
      `it gets a network of its own, ${newName}: a container that passes requests on to it must join that`,
    );
  }
  byHand.push(...networksLeft(setup, newName));
  if (Object.keys(labels).some((label) => label.startsWith("traefik."))) {
    byHand.push(
      "Traefik finds oCIS by labels, which the new container hasn't: set traefik instead of networks, or add a router for " +
        `http://${newName}:9200 to Traefik's file provider (docs/reverse-proxy.md)`,
    );
  }
  const tls = environment["PROXY_TLS"];
  return {
    config: {
      ocisImage: image,
      ...volumes.config,
      ...(published !== undefined && published.port !== 9200 && { port: String(published.port) }),
      ...(networks.length > 0 && { networks, networkAliases: aliases }),
      ...(hosts.length > 0 && { extraHosts: Object.fromEntries(hosts) }),
      ...(caCertificate !== undefined && { caCertificate }),
      // oCIS's own value is true.
      ...(/^(0|f|false)$/i.test(tls ?? "") ? {} : { tls: "true" }),
      ...setup.docker,
    },
    ...{ differences, changes },
    byHand: [...(volumes.byHand ?? []), ...byHand, ...filesLeft(setup, newName)],
    blockers: volumes.blockers ?? [],
  };
}

const hostIn = (url: string | undefined) =>
  url !== undefined && URL.canParse(url) ? new URL(url).hostname : undefined;

/** Ways to oCIS that the new container hasn't. */
function networksLeft({ networkOf, sharedBy, addresses }: Setup, newName: string): string[] {
  const url = `http://${newName}:9200`;
  return [
    ...(networkOf === undefined
      ? []
      : [
          `oCIS uses the network of ${networkOf}, and the new container one of its own: let ${networkOf} pass on to ${url}`,
        ]),
    ...sharedBy.map(
      (other) => `${other} uses oCIS's network, which goes: give it its own, and let it pass on to ${url}`,
    ),
    ...addresses.map(
      ({ network, address }) =>
        `the address ${address} in the network ${network} goes: replace it by ${newName} where it's used`,
    ),
  ];
}

/** The PEM of a mounted authority. */
export async function authorityOf({ mounts, environment, readFile }: Setup): Promise<string | undefined> {
  const files = [environment["SSL_CERT_FILE"], ...mounts.map(({ target }) => target).filter(isAuthority)];
  for (const file of files) {
    const text = file ? await readFile(file) : undefined;
    if (text?.includes("-----BEGIN CERTIFICATE-----") === true) return text;
  }
  return undefined;
}
