import { isAbsolute, posix } from "node:path";
import { isIPv4 } from "node:net";
import { mountOf, type Part, type Setup } from "./setup";

/** Where csp.yaml and oCIS's two folders are in a container unless variables name others. */
export const PATHS = { csp: "/etc/ocis/csp.yaml", config: "/etc/ocis", data: "/var/lib/ocis" };

/** Folders in which programs look for authorities to trust. */
const AUTHORITIES = ["/etc/ssl/certs", "/usr/local/share/ca-certificates"];

/** What the report has about a place that the stack can't take over. */
export const NO_PLACE = "is neither a volume with a name nor a folder of its own";

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
  byHand.push(
    ...Object.entries(setup.extraHosts)
      .filter(([, ip]) => ip.includes(":"))
      .map(
        ([host, ip]) =>
          `${host} has the IPv6 address ${ip}, which isn't imported: set an IPv4 one in extraHosts`,
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
  if (Object.keys(labels).some((label) => label.startsWith("traefik."))) {
    byHand.push(
      `Traefik finds oCIS by labels, which the new container hasn't: add a router for http://${newName}:9200 to Traefik's ` +
        "file provider (docs/reverse-proxy.md)",
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
  };
}

/** The two places with accounts and files. */
function importVolumes({ mounts, environment }: Setup): Part {
  const paths = {
    config: environment["OCIS_CONFIG_DIR"] || PATHS.config,
    data: environment["OCIS_BASE_DATA_PATH"] || PATHS.data,
  };
  const [config, data] = [paths.config, paths.data].map((path) => {
    const found = mountOf(mounts, path);
    if (found?.mount.source === undefined) return undefined;
    // A folder inside a volume can't be mounted by itself.
    if (found.below === "") return found.mount.source;
    return isAbsolute(found.mount.source) ? posix.join(found.mount.source, found.below) : undefined;
  });
  const missing = [
    ...(config === undefined ? [paths.config] : []),
    ...(data === undefined ? [paths.data] : []),
  ];
  if (config === undefined || data === undefined) {
    const fix =
      "copy its files out of the container into one, mount it there, start oCIS with it, and import again";
    return { byHand: missing.map((path) => `${path} ${NO_PLACE}: ${fix}`) };
  }
  const areFolders = [isAbsolute(config), isAbsolute(data)];
  const mixed =
    areFolders[0] === areFolders[1]
      ? []
      : [
          `${config} and ${data} are a folder and a volume: copy one of them, so that both are of a kind, and set \`volumes\``,
        ];
  return {
    config: { volumes: { config, data }, ...(areFolders.includes(false) && { adoptVolumes: "true" }) },
    byHand: mixed,
  };
}

/** Mounts that have no place in our container. */
function filesLeft({ mounts, environment }: Setup, newName: string): string[] {
  const config = environment["OCIS_CONFIG_DIR"] || PATHS.config;
  const imported = [
    config,
    environment["OCIS_BASE_DATA_PATH"] || PATHS.data,
    environment["PROXY_CSP_CONFIG_FILE_LOCATION"] || PATHS.csp,
  ];
  return mounts
    .filter(({ target }) => !imported.includes(target.replace(/\/$/, "")) && !isAuthority(target))
    .filter(({ target }) => !imported.some((path) => path.startsWith(`${target}/`)))
    .map(({ source = "", target }) =>
      target.startsWith(`${config}/`)
        ? `${target} is mounted from ${source}: after up, run \`docker cp ${source} ${newName}:${target.replace(config, PATHS.config)}\`, and restart the container`
        : `${target} isn't mounted any more (${source || "a volume without a name"})`,
    );
}

const isAuthority = (target: string) => AUTHORITIES.some((folder) => target.startsWith(`${folder}/`));

/** The PEM of a mounted authority. */
export async function authorityOf({ mounts, environment, readFile }: Setup): Promise<string | undefined> {
  const files = [environment["SSL_CERT_FILE"], ...mounts.map(({ target }) => target).filter(isAuthority)];
  for (const file of files) {
    const text = file ? await readFile(file) : undefined;
    if (text?.includes("-----BEGIN CERTIFICATE-----") === true) return text;
  }
  return undefined;
}
