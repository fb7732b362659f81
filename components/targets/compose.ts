import { dump } from "js-yaml";
import { OWNER_LABEL } from "../docker-host/owner-label";
import type { Publish } from "./arguments";
import { isFolder } from "../docker-host/preflight/data";
import {
  GRACE_SECONDS,
  HASH_LABELS,
  HEALTHCHECK,
  type JoinedNetwork,
  OCIS_PORT,
  PATHS,
  sha256,
  startScript,
} from "./container";
import { hostAndPort } from "../docker-host/host-and-port";

/** All that compose.yaml depends on, known. */
export interface Bundle {
  /** `<project>-<stack>-<component>`: the name of the compose project. */
  name: string;
  owner: string;
  image: string;
  contentSecurityPolicy: string;
  networks: readonly JoinedNetwork[];
  extraHosts: readonly { host: string; ip: string }[];
  published: Required<Publish> | undefined;
  caCertificate?: string | undefined;
  hardening: boolean;
  /** Names of volumes, or absolute paths of folders. */
  data: { config: string; data: string };
  /** Whether the volumes are there already, made by somebody else. */
  adoptVolumes: boolean;
  selinuxRelabel: "z" | "Z" | undefined;
  /** Whether there is a {@link SECRETS_FILE}. */
  hasSecrets: boolean;
}

/** The file of variables that are secrets. */
export const SECRETS_FILE = "secrets.env";

const HEADER = `# Written by Pulumi: a refresh finds edits, and the next \`pulumi up\` undoes them. Run \`docker compose up --detach\` here.
# The two volumes belong together: back up both, and never just one.
`;

/** The text of compose.yaml, for Docker Compose 2. */
export function composeFile(bundle: Bundle): string {
  const { name, networks } = bundle;
  const volumes = Object.entries(bundle.data).filter(([, place]) => !isFolder(place));
  const file = {
    name: projectName(name),
    services: { ocis: service(bundle) },
    ...(volumes.length === 0
      ? {}
      : { volumes: Object.fromEntries(volumes.map(([key, volume]) => [key, volumeOf(volume, bundle)])) }),
    ...(networks.length === 0
      ? {}
      : {
          networks: Object.fromEntries(
            networks.map((network) => [network.name, { name: network.name, external: true }]),
          ),
        }),
  };
  return HEADER + dump(withoutInterpolation(file), { lineWidth: -1, noRefs: true });
}

/** Compose takes the volumes of others only as external ones. */
function volumeOf(name: string, { owner, adoptVolumes }: Bundle) {
  return adoptVolumes ? { name, external: true } : { name, labels: { [OWNER_LABEL]: owner } };
}

function service(bundle: Bundle) {
  const { networks, extraHosts, published, caCertificate, selinuxRelabel: selinux } = bundle;
  const bind = (source: string, target: string, options: object = {}) => {
    return {
      type: "bind",
      source,
      target,
      ...options,
      ...(selinux === undefined ? {} : { bind: { selinux } }),
    };
  };
  const readOnly = (source: string, target: string) => bind(source, target, { read_only: true });
  const data = (key: keyof Bundle["data"], target: string) =>
    isFolder(bundle.data[key]) ? bind(bundle.data[key], target) : { type: "volume", source: key, target };
  const { test, interval, timeout, retries, startPeriod } = HEALTHCHECK;
  const authority = caCertificate === undefined ? [] : [readOnly("./ca.crt", PATHS.authority)];
  return {
    image: bundle.image,
    entrypoint: ["/bin/sh"],
    command: ["-c", startScript(undefined)],
    env_file: [".env", ...(bundle.hasSecrets ? [SECRETS_FILE] : [])],
    volumes: [
      data("config", PATHS.config),
      data("data", PATHS.data),
      readOnly("./csp.yaml", PATHS.csp),
      ...authority,
    ],
    ...(published === undefined
      ? {}
      : { ports: [`${hostAndPort(published.ip, published.port)}:${OCIS_PORT}`] }),
    ...(networks.length === 0 ? {} : { networks: Object.fromEntries(networks.map(joined)) }),
    ...(extraHosts.length === 0 ? {} : { extra_hosts: extraHosts.map(({ host, ip }) => `${host}:${ip}`) }),
    healthcheck: { test: [...test], interval, timeout, retries, start_period: startPeriod },
    restart: "always",
    stop_grace_period: `${GRACE_SECONDS}s`,
    labels: {
      [OWNER_LABEL]: bundle.owner,
      // With these, `docker compose up` notices that a mounted file changed.
      [HASH_LABELS.csp]: sha256(bundle.contentSecurityPolicy),
      ...(caCertificate === undefined ? {} : { [HASH_LABELS.authority]: sha256(caCertificate) }),
    },
    ...(bundle.hardening ? { cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] } : {}),
  };
}

function joined({ name, aliases = [] }: Bundle["networks"][number]) {
  return [name, aliases.length === 0 ? {} : { aliases: [...aliases] }] as const;
}

/** Compose takes lower-case letters, digits, `_` and `-` only. */
function projectName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9_-]+/g, "-");
}

/** Compose expands `$` in every text of the file; two of them are one. */
function withoutInterpolation(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(withoutInterpolation);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutInterpolation(inner)]));
}
