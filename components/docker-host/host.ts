import { readFileSync } from "node:fs";
import { join } from "node:path";
import { currentContext, type Environment, hostOfContext } from "./contexts";
import { z } from "zod";
import { sshCommand } from "./ssh";

/**
 * Everything that can tell Docker's Pulumi provider which Docker to use, by the provider's own names. What is left out comes
 * from the environment, as it does there.
 *
 * @see https://www.pulumi.com/registry/packages/docker/installation-configuration/
 */
export interface DockerHostSettings {
  /** `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@host`. @default DOCKER_HOST, then the local socket */
  host?: string | undefined;
  /** Name of a Docker context, which takes precedence over `host`. @default DOCKER_CONTEXT */
  context?: string | undefined;
  /** Folder with ca.pem, cert.pem and key.pem, for tcp. @default DOCKER_CERT_PATH */
  certPath?: string | undefined;
  /** PEM of the authority that signed Docker's certificate, for tcp. @default DOCKER_CA_MATERIAL */
  caMaterial?: string | undefined;
  /** PEM of the client's certificate, for tcp. @default DOCKER_CERT_MATERIAL */
  certMaterial?: string | undefined;
  /** PEM of the client's private key, for tcp. @default DOCKER_KEY_MATERIAL */
  keyMaterial?: string | undefined;
  /** Options for the `ssh` command, for ssh. @default DOCKER_SSH_OPTS, split at blanks */
  sshOpts?: string[] | undefined;
}

const text = z.string({ error: "must be text" }).optional();

/** The settings as a property of a resource. */
export const dockerHostSettings = z
  .strictObject({
    host: text,
    context: text,
    certPath: text,
    caMaterial: text,
    certMaterial: text,
    keyMaterial: text,
    sshOpts: z.array(z.string({ error: "must be text" })).optional(),
  })
  .default({});

/** Where one Docker (or Podman) listens, and how to speak to it. */
export interface DockerHost {
  /** As people write it: `unix:///var/run/docker.sock`. */
  readonly url: string;
  /** True for a socket of this machine: its files and published ports are this machine's. */
  readonly isLocal: boolean;
  readonly connection: Connection;
}

/** How a connection is made. */
export type Connection =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number; readonly tls?: Certificates }
  | { readonly kind: "ssh"; readonly args: readonly string[] };

/** PEMs, as Node's TLS takes them. */
type Certificates = Readonly<Record<"ca" | "cert" | "key", string>>;

/** The address that Docker's provider uses when nothing names another. */
const DEFAULT_SOCKET =
  process.platform === "win32" ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock";

/**
 * Finds Docker where its Pulumi provider finds it, so that both halves of an `up` speak to one Docker.
 *
 * @throws Error in one line for what the provider would ignore or misread.
 */
export function dockerHost(settings: DockerHostSettings, environment: Environment = process.env): DockerHost {
  const url = address(settings, environment);
  const tls = certificatesFor(url, settings, environment);
  if (/^(unix|npipe):\/\//.test(url)) {
    const path = url.replace(/^(unix|npipe):\/\//, "");
    return { url, isLocal: true, connection: { kind: "socket", path } };
  }
  if (url.startsWith("ssh://")) {
    const options = settings.sshOpts ?? environment["DOCKER_SSH_OPTS"]?.split(/\s+/).filter(Boolean) ?? [];
    const args = sshCommand(url, options);
    return { url, isLocal: false, connection: { kind: "ssh", args } };
  }
  if (!url.startsWith("tcp://") || !URL.canParse(url)) {
    const example = /^https?:\/\//.test(url)
      ? `${url.replace(/^https?/, "tcp")}, with docker:certPath for TLS`
      : `one like ${DEFAULT_SOCKET}, tcp://host:2376 or ssh://user@host`;
    throw new Error(`'${url}' isn't a Docker address: write ${example}`);
  }
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const connection = { kind: "tcp", host, port: Number(port || (tls === undefined ? 2375 : 2376)) } as const;
  return { url, isLocal: false, connection: tls === undefined ? connection : { ...connection, tls } };
}

function address(settings: DockerHostSettings, environment: Environment): string {
  const host = nonEmpty(settings.host) ?? nonEmpty(environment["DOCKER_HOST"]);
  const context = nonEmpty(settings.context);
  if (context !== undefined) return hostOfContext(context, environment);
  const inherited = nonEmpty(environment["DOCKER_CONTEXT"]);
  if (inherited !== undefined) {
    if (host === undefined) return hostOfContext(inherited, environment);
    throw new Error(
      `DOCKER_CONTEXT is '${inherited}', which Docker's provider prefers to the address '${host}': unset DOCKER_CONTEXT, or ` +
        `run \`pulumi config set docker:context ${inherited}\` if that is the Docker you mean`,
    );
  }
  if (host !== undefined) return host;
  const current = currentContext(environment);
  if (current !== undefined && current.host !== DEFAULT_SOCKET) {
    throw new Error(
      `the current Docker context is '${current.name}', which Docker's provider ignores: run \`pulumi config set ` +
        `docker:context ${current.name}\` to use it, or \`pulumi config set docker:host ${DEFAULT_SOCKET}\` for the local Docker`,
    );
  }
  return DEFAULT_SOCKET;
}

/** Only tcp has certificates; for any other address the provider would speak TLS to something that doesn't. */
function certificatesFor(
  url: string,
  settings: DockerHostSettings,
  environment: Environment,
): Certificates | undefined {
  const path = nonEmpty(settings.certPath) ?? nonEmpty(environment["DOCKER_CERT_PATH"]);
  const ca = nonEmpty(settings.caMaterial) ?? nonEmpty(environment["DOCKER_CA_MATERIAL"]);
  const cert = nonEmpty(settings.certMaterial) ?? nonEmpty(environment["DOCKER_CERT_MATERIAL"]);
  const key = nonEmpty(settings.keyMaterial) ?? nonEmpty(environment["DOCKER_KEY_MATERIAL"]);
  const texts = Object.entries({ caMaterial: ca, certMaterial: cert, keyMaterial: key });
  const given = texts.find(([, text]) => text !== undefined)?.[0];
  const isTcp = url.startsWith("tcp://");
  if (path === undefined && given === undefined) {
    if (!isTcp || nonEmpty(environment["DOCKER_TLS_VERIFY"]) === undefined) return undefined;
    throw new Error(
      "DOCKER_TLS_VERIFY is set, but Docker's provider ignores it and would speak plain http: name the folder of the " +
        "certificates with `pulumi config set docker:certPath` or DOCKER_CERT_PATH",
    );
  }
  if (!isTcp) {
    const name = path === undefined ? `docker:${given ?? ""}` : "docker:certPath (or DOCKER_CERT_PATH)";
    throw new Error(
      `${name} is set, but certificates are for tcp addresses and Docker is at ${url}: unset it`,
    );
  }
  if (path !== undefined) {
    if (given === undefined) return fromFolder(path);
    throw new Error(`docker:certPath and docker:${given} are both set: unset one of them`);
  }
  if (ca !== undefined && cert !== undefined && key !== undefined) return { ca, cert, key };
  const missing = texts.filter(([, text]) => text === undefined).map(([name]) => `docker:${name}`);
  throw new Error(
    `docker:${given ?? ""} is set without ${missing.join(" and ")}: Docker's provider would then accept any server, ` +
      "or use no TLS at all; set all three",
  );
}

function fromFolder(folder: string): Certificates {
  const file = (name: string) => {
    try {
      return readFileSync(join(folder, name), "utf8");
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      throw new Error(
        `docker:certPath (or DOCKER_CERT_PATH) is '${folder}', where ${name} can't be read (${code}): it must hold ca.pem, ` +
          "cert.pem and key.pem",
        { cause: error },
      );
    }
  };
  return { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem") };
}

function nonEmpty(text = ""): string | undefined {
  return text.trim() === "" ? undefined : text.trim();
}
