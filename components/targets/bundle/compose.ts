import { ProgramError } from "@ocis-pocket-id/providers";
import { dump } from "js-yaml";
import { OWNER_LABEL } from "../../docker-host/answers";
import { isFolder } from "../../docker-host/preflight/data";
import { hostAndPort } from "../../docker-host/text";
import { sha256 } from "../../local-files/disk";
import type { Publish } from "../arguments";
import type { JoinedNetwork } from "../container";
import { composeLimits, type Limits } from "../limits";
import type { Workload, WorkloadFile } from "../workload";

/** All that compose.yaml depends on, known. */
export interface Bundle {
  /** `<project>-<stack>-<component>`: the name of the compose project. */
  name: string;
  owner: string;
  container: Workload["container"];
  image: string;
  /** Files beside compose.yaml for the container. */
  mounted: readonly (Omit<WorkloadFile, "text"> & { text: string })[];
  networks: readonly JoinedNetwork[];
  extraHosts: readonly { host: string; ip: string }[];
  published: Required<Publish> | undefined;
  hardening: boolean;
  limits: Limits | undefined;
  /** Names of volumes, or absolute paths of folders. */
  data: { config: string; data: string };
  /** Whether the volumes existed before. */
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
  const { owner, adoptVolumes } = bundle;
  // Compose takes the volumes of others only as external ones.
  const volumes = Object.entries(bundle.data)
    .filter(([, place]) => !isFolder(place))
    .map(([key, name]) => [
      key,
      adoptVolumes ? { name, external: true } : { name, labels: { [OWNER_LABEL]: owner } },
    ]);
  const networks = bundle.networks.map(({ name }) => [name, { name, external: true }]);
  const file = {
    // Compose takes lower-case letters, digits, `_` and `-` only.
    name: bundle.name.toLowerCase().replace(/[^a-z0-9_-]+/g, "-"),
    services: { [bundle.container.product.key]: service(bundle) },
    volumes: mapOf(volumes),
    networks: mapOf(networks),
  };
  return HEADER + dump(withoutInterpolation(file), { lineWidth: -1, noRefs: true, skipInvalid: true });
}

/** The service; what is undefined is left out. */
function service(bundle: Bundle) {
  const { container, networks, extraHosts, published, mounted, selinuxRelabel } = bundle;
  const bind = (source: string, target: string, read_only?: true) => {
    const relabel = selinuxRelabel && { selinux: selinuxRelabel };
    return { type: "bind", source, target, read_only, bind: relabel };
  };
  const data = (key: keyof Bundle["data"], target: string) =>
    isFolder(bundle.data[key]) ? bind(bundle.data[key], target) : { type: "volume", source: key, target };
  const { startPeriod: start_period, ...health } = container.health;
  return {
    image: bundle.image,
    entrypoint: ["/bin/sh"],
    command: ["-c", container.startScript(undefined)],
    env_file: [".env", ...(bundle.hasSecrets ? [SECRETS_FILE] : [])],
    volumes: [
      data("config", container.paths.config),
      data("data", container.paths.data),
      ...mounted.map(({ name, path }) => bind(`./${name}`, path, true)),
    ],
    ports: published && [`${hostAndPort(published.ip, published.port)}:${container.port}`],
    networks: mapOf(
      networks.map(({ name, aliases = [] }) => [name, aliases.length === 0 ? {} : { aliases }]),
    ),
    extra_hosts: extraHosts.length === 0 ? undefined : extraHosts.map(({ host, ip }) => `${host}:${ip}`),
    healthcheck: { test: container.healthTest, ...health, start_period },
    restart: "always",
    stop_grace_period: `${container.graceSeconds}s`,
    labels: {
      [OWNER_LABEL]: bundle.owner,
      // With these, `docker compose up` notices that a mounted file changed.
      ...Object.fromEntries(mounted.map(({ hashLabel, text }) => [hashLabel, sha256(text)])),
    },
    ...composeLimits(bundle.limits),
    ...(bundle.hardening ? HARDENING : {}),
  };
}

/** Docker's provider can't copy files into a read-only container, so target docker has none. */
const HARDENING = {
  cap_drop: ["ALL"],
  security_opt: ["no-new-privileges:true"],
  read_only: true,
  tmpfs: ["/tmp"],
};

/** Undefined, which is left out, for no entries. */
function mapOf(entries: readonly (readonly unknown[])[]) {
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Record<string, object>);
}

/** Compose expands `$` in every text of the file; two of them are one. */
function withoutInterpolation(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(withoutInterpolation);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutInterpolation(inner)]));
}

/**
 * The text of an `.env` file whose values arrive in the container exactly as they are here, by the rules of Docker Compose 2:
 * nothing is expanded between single quotes, but a backslash or quote can't be there; between double quotes backslash, quote
 * and dollar are escaped.
 *
 * @throws ProgramError for names that no environment variable can have, and values with a zero byte.
 */
export function environmentFile(environment: Readonly<Record<string, string>>): string {
  const lines = Object.entries(environment)
    .sort()
    .map(([name, value]) => {
      if (/^[A-Za-z_]\w*$/.test(name)) return `${name}=${quoted(value)}\n`;
      throw new ProgramError(`'${name}' can't be the name of an environment variable`);
    });
  return lines.join("");
}

function quoted(value: string): string {
  if (/^[\w./:@%+,=-]*$/.test(value)) return value;
  if (value.includes("\0")) throw new ProgramError("an environment variable can't hold a zero byte");
  if (!/['\\\r\n]/.test(value)) return `'${value}'`;
  const escaped = value
    .replace(/[\\"$]/g, "\\$&")
    .replace(/\r/g, "\\r")
    .replace(/\n/g, "\\n");
  return `"${escaped}"`;
}
