import type { DockerOptions } from "dockerode";
import { existsSync, readFileSync } from "node:fs";
import { homedir, platform } from "node:os";
import { join } from "node:path";

/** Where one Docker (or Podman) listens, and how to speak to it. */
export interface DockerAddress {
  /** As people write it: `unix:///var/run/docker.sock`. */
  readonly url: string;
  /** True for a socket of this machine: its published ports are this machine's. */
  readonly isLocal: boolean;
  readonly options: DockerOptions;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Finds Docker as its Pulumi provider does: what was configured, then DOCKER_HOST, then the usual socket. */
export function dockerAddress(
  configured: string | undefined,
  environment: Environment = process.env,
): DockerAddress {
  if (nonEmpty(environment["DOCKER_CONTEXT"]) !== undefined) {
    throw new Error(
      "DOCKER_CONTEXT is set, which would send containers and questions to different places: unset it, and name the " +
        "address with `pulumi config set docker:host` or DOCKER_HOST",
    );
  }
  const text = nonEmpty(configured) ?? nonEmpty(environment["DOCKER_HOST"]) ?? usualSocket();
  if (text.startsWith("unix://") || text.startsWith("npipe://")) {
    const socketPath = text.replace(/^(unix|npipe):\/\//, "");
    return { url: text, isLocal: true, options: { ...NOTHING_FROM_ENVIRONMENT, socketPath } };
  }
  if (!/^(tcp|https?|ssh):\/\//.test(text) || !URL.canParse(text)) {
    throw new Error(
      `'${text}' is not an address of Docker: it must look like unix:///var/run/docker.sock, tcp://host:2376 or ` +
        "ssh://user@host",
    );
  }
  const { protocol, hostname, port, username } = new URL(text);
  const common = { ...NOTHING_FROM_ENVIRONMENT, host: hostname };
  if (protocol === "ssh:") {
    const agent = nonEmpty(environment["SSH_AUTH_SOCK"]);
    const sshOptions = agent === undefined ? {} : { agent };
    return {
      url: text,
      isLocal: false,
      options: { ...common, protocol: "ssh", port: port || 22, username, sshOptions },
    };
  }
  const certificates = nonEmpty(environment["DOCKER_CERT_PATH"]);
  const secure = certificates !== undefined || protocol === "https:" || port === "2376";
  return {
    url: text,
    isLocal: false,
    options: {
      ...common,
      protocol: secure ? "https" : "http",
      port: port || (secure ? 2376 : 2375),
      ...(certificates === undefined ? {} : readCertificates(certificates)),
    },
  };
}

/** dockerode fills what is missing from DOCKER_HOST, which must not mix with an address that was configured. */
const NOTHING_FROM_ENVIRONMENT = { host: "", socketPath: "", protocol: "http" } as const;

function usualSocket(): string {
  if (platform() === "win32") return "npipe:////./pipe/docker_engine";
  const system = "/var/run/docker.sock";
  const desktop = join(homedir(), ".docker/run/docker.sock");
  return `unix://${!existsSync(system) && existsSync(desktop) ? desktop : system}`;
}

function readCertificates(folder: string) {
  const file = (name: string) => readFileSync(join(folder, name), "utf8");
  return { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}
