import type { Images } from "./parts";

/** What a set-up is changed by for a test: names that are free, and images, hosts and certificates that are there. */
export interface Place {
  /** What all names in Docker begin with. */
  readonly name: string;
  readonly images: Images;
  /** Free ports of this machine, for oCIS and Pocket ID. */
  readonly ports: { readonly ocis: number; readonly pocketId: number };
  /** The Docker host as containers see it. */
  readonly gateway: string;
  readonly apiKey: string;
}

/** How a set-up of tests/fixtures/import is started for real, and what is particular about its move. */
export interface Moving {
  /**
   * Where TLS ends: in the set-up's own proxy, in one of another project in the same network, or in one on the Docker host. All
   * are Caddy, in place of Traefik and nginx too.
   */
  readonly proxy: "own" | "network" | "host";
  /** Replacements in its files. */
  readonly edits: (place: Place) => readonly (readonly [string | RegExp, string])[];
  /** A further compose file. */
  readonly services: (place: Place) => Readonly<Record<string, object>>;
  /** Its service of oCIS. @default "ocis" */
  readonly service?: string;
  /** Whether oCIS serves https behind the proxy. */
  readonly hasTls?: boolean;
  /** Whether oCIS was set up by `ocis init` in a container of its own, as its file has no such command. */
  readonly isInitialised?: boolean;
  /** Whether it's imported from its container. @default its compose files */
  readonly fromContainer?: boolean;
  /** Where Caddy finds it before and after the move. @default the service's name before and after */
  readonly upstream?: (place: Place, newName: string | undefined) => string;
  /** What the report asks for: keys of the stack that are set between import and preview. */
  readonly keys?: Readonly<Record<string, string>>;
  /** Operations beside those of its preview.txt. */
  readonly operations?: readonly string[];
}

const AUTHORITY = "./ca.pem:/etc/ssl/certs/company.pem:ro";
const HOSTS = (place: Place, ...hosts: string[]) => ({
  extra_hosts: Object.fromEntries(hosts.map((host) => [host, place.gateway])),
});
const CADDY = (place: Place, aliases: readonly string[], network = "default") => ({
  image: place.images.caddy,
  entrypoint: ["caddy", "run", "--config", "/proxy/Caddyfile", "--adapter", "caddyfile"],
  command: [],
  volumes: ["./proxy:/proxy"],
  networks: { [network]: { aliases } },
});
/** Runs and does nothing, where the real program isn't there. */
const IDLE = (place: Place) => ({
  image: place.images.caddy,
  entrypoint: ["/bin/sh", "-c", "exec sleep 3600"],
  command: [],
});
/** Nobody is in a group yet, as the report notices. */
const UMA = {
  keys: { members: '{"user":["uma"]}' },
  operations: ["create UserGroupMembers: ocis-user"],
};

export const MOVING: Readonly<Record<string, Moving>> = {
  "guide-caddy": {
    proxy: "own",
    edits: () => [
      ['["80:80", "443:443"]', '["127.0.0.1::443"]'],
      ["./Caddyfile:/etc/caddy/Caddyfile, ", ""],
    ],
    services: (place) => ({
      proxy: CADDY(place, ["ocis.company.test", "id.company.test"]),
      "pocket-id": {
        image: place.images.pocketId,
        environment: { STATIC_API_KEY: place.apiKey, ANALYTICS_DISABLED: "true" },
        ports: [`127.0.0.1:${place.ports.pocketId}:1411`],
      },
      ocis: { image: place.images.ocis, volumes: [AUTHORITY] },
    }),
  },
  "traefik-labels": {
    proxy: "own",
    isInitialised: true,
    edits: ({ name }) => [
      ['["443:443"]', '["127.0.0.1::443"]'],
      ["/var/run/docker.sock:/var/run/docker.sock:ro", "proxy:/data"],
      ["volumes:\n  ocis-config:", "volumes:\n  proxy:\n  ocis-config:"],
      ["    external: true", `    name: ${name}\n    external: true`],
      ["name: files", `name: ${name}-files`],
    ],
    services: (place) => ({
      traefik: CADDY(place, ["ocis.company.test", "id.company.test"], "web"),
      ocis: { image: place.images.ocis, volumes: [AUTHORITY] },
    }),
    // Traefik would have found the old container by its labels; the new one needs a router.
    upstream: ({ name }, newName) => newName ?? `${name}-ocis-1`,
  },
  collabora: {
    proxy: "own",
    edits: ({ name }) => [
      ["COMPOSE_PROJECT_NAME=office", `COMPOSE_PROJECT_NAME=${name}`],
      // No S3 runs here.
      ["S3=:s3.yml", "S3="],
      ["${S3:-}", "${S3:-}:override.yml"],
    ],
    services: (place) => ({
      traefik: {
        ...CADDY(place, ["ocis.company.test", "id.company.test"], "ocis-net"),
        ports: ["127.0.0.1::443"],
      },
      ocis: { image: place.images.ocis, volumes: [AUTHORITY] },
      collaboration: IDLE(place),
      collabora: IDLE(place),
    }),
    upstream: ({ name }, newName) => newName ?? `${name}-ocis-1`,
  },
  "nginx-folders": {
    proxy: "host",
    service: "owncloud",
    isInitialised: true,
    fromContainer: true,
    edits: ({ name, ports }) => [
      ["container_name: owncloud", `container_name: ${name}-owncloud`],
      ["127.0.0.1:9205:9200", `127.0.0.1:${ports.ocis}:9200`],
    ],
    services: (place) => ({ owncloud: { image: place.images.ocis, volumes: [AUTHORITY] } }),
  },
  "older-guide": {
    proxy: "host",
    isInitialised: true,
    edits: ({ ports }) => [
      ["9200:9200", `127.0.0.1:${ports.ocis}:9200`],
      // oCIS refuses every token if its issuer isn't spelled as Pocket ID does.
      [/(ISSUER|AUTHORITY): https:\/\/pocketid.company.test\//g, "$1: https://pocketid.company.test"],
    ],
    services: (place) => ({
      ocis: { image: place.images.ocis, ...HOSTS(place, "pocketid.company.test", "ocis.company.test") },
    }),
    ...UMA,
  },
  "home-server": {
    proxy: "network",
    isInitialised: true,
    edits: ({ name, ports }) => [
      ["container_name: files", `container_name: ${name}-files`],
      ["100.105.100.10:9200:9200", `127.0.0.1:${ports.ocis}:9200`],
      ["name: cloud", `name: ${name}`],
    ],
    services: (place) => ({ ocis: { image: place.images.ocis } }),
    ...UMA,
  },
  "private-authority": {
    proxy: "host",
    hasTls: true,
    isInitialised: true,
    edits: ({ name, ports, gateway }) => [
      ["name: intranet", `name: ${name}`],
      ['"9443"', `"${ports.ocis}"`],
      ["10.1.2.3", gateway],
      // An IPv6 address isn't imported, and oCIS can't store files if it doesn't reach itself.
      ['"fd00::1"', gateway],
      ["config: { external: true }", `config: { external: true, name: ${name}-config }`],
      ["name: intranet-files", `name: ${name}-files`],
    ],
    services: (place) => ({ ocis: { image: place.images.ocis }, reports: IDLE(place) }),
  },
  "no-volumes": {
    proxy: "host",
    hasTls: true,
    service: "cloud",
    isInitialised: true,
    edits: () => [],
    services: (place) => ({
      cloud: {
        image: place.images.ocis,
        ...HOSTS(place, "id.company.test", "cloud.company.test"),
        environment: {
          PROXY_HTTP_ADDR: `127.0.0.1:${place.ports.ocis}`,
          PROXY_AUTOPROVISION_ACCOUNTS: "true",
          OCIS_EXCLUDE_RUN_SERVICES: "idp",
        },
        volumes: [AUTHORITY],
      },
    }),
  },
};
