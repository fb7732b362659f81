import { ProgramError } from "@ocis-pocket-id/providers";
import * as pulumi from "@pulumi/pulumi";
import { imageNameProblem } from "../docker-host/preflight/checks";
import { plainName } from "../docker-host/text";
import { checkedArgument } from "../inputs";
import type { ContainerArgs, Publish } from "./arguments";

/** What oCIS's container has in every target. */
export const OCIS = {
  /** Where things are inside the container. */
  paths: {
    config: "/etc/ocis",
    data: "/var/lib/ocis",
    csp: "/etc/ocis/csp.yaml",
    adminPassword: "/run/secrets/ocis-admin-password",
    secrets: "/run/secrets/ocis.yaml",
    certificate: "/run/secrets/ocis-tls.crt",
    privateKey: "/run/secrets/ocis-tls.key",
    /** Go reads every file of this folder beside the system's bundle. */
    authority: "/etc/ssl/certs/pocket-id-authority.crt",
  },
  /** The port on which oCIS listens inside the container. */
  port: 9200,
  /** How long oCIS may take to stop; it needs about three seconds, more during uploads. */
  graceSeconds: 30,
  /** Checks that oCIS runs; OcisReady checks that people can log in. */
  healthTest: ["CMD", "ocis", "proxy", "health"],
  /** How often. Durations have Go's form; any other would always differ. */
  health: { interval: "10s", timeout: "5s", retries: 3, startPeriod: "1m0s" },
  /** Labels with hashes, without which a change of mounted files would go unnoticed. */
  hashLabels: {
    csp: "io.github.ocis-pocket-id.csp-sha256",
    authority: "io.github.ocis-pocket-id.ca-sha256",
  },
};

/**
 * Creates oCIS's configuration on first start only, because a second `ocis init` fails. Its output is dropped, since it
 * prints the admin's password; errors go to stderr and stay. `exec` lets oCIS get the signal to stop.
 *
 * @param passwordFile where to read the admin's password; undefined lets oCIS generate one.
 */
export function initScript(passwordFile: string | undefined): string {
  const password = passwordFile === undefined ? "" : `IDM_ADMIN_PASSWORD="$(cat ${passwordFile})" `;
  return startScript(`${password}ocis init >/dev/null`, "ocis init");
}

/** The same with the stack's configuration in place of `ocis init`'s. A half-written file would stay forever. */
export function secretsScript(): string {
  const { config, secrets } = OCIS.paths;
  const write = `cat ${secrets} >${config}/.ocis.yaml && mv ${config}/.ocis.yaml ${config}/ocis.yaml`;
  return startScript(`(umask 077 && ${write})`, "writing ocis.yaml");
}

function startScript(command: string, inWords: string): string {
  return (
    `[ -f ${OCIS.paths.config}/ocis.yaml ] || ${command} || ` +
    `{ echo "${inWords} failed with exit code $?" >&2; exit 1; }; exec ocis server`
  );
}

/** What both targets make of their arguments. @param name the component's */
export function containerParts(name: string, args: ContainerArgs) {
  const { caCertificate, volumes = {} } = args;
  const { config = `${dockerName(name)}-config`, data = `${dockerName(name)}-data` } = volumes;
  return {
    name: dockerName(name),
    owner: ownerName(name),
    /** Where accounts and files are: names of volumes, or paths of folders. */
    data: { config, data },
    published: publishedAt(args),
    networks: existingNetworks(args),
    extraHosts: checkedHosts(args),
    authority: caCertificate === undefined ? undefined : checkedPem(caCertificate, "caCertificate"),
  };
}

/** The published address with its defaults; undefined for none. */
function publishedAt({ publish }: ContainerArgs): Required<Publish> | undefined {
  if (publish === false) return undefined;
  const { ip: given = "127.0.0.1", port = OCIS.port } = publish ?? {};
  // Docker takes and gives back an address without brackets.
  const ip = given.replace(/^\[(.*)\]$/, "$1");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new ProgramError(`publish.port is ${port}, but must be a whole number from 1 to 65535`);
  }
  return { ip, port };
}

/** The existing networks to join; undefined for one of oCIS's own. */
function existingNetworks({ networks }: ContainerArgs): pulumi.Output<JoinedNetwork[]> | undefined {
  if (networks === undefined || (Array.isArray(networks) && networks.length === 0)) return undefined;
  return pulumi.output(networks).apply((known) => {
    if (known.length === 0) {
      throw new ProgramError("networks is an empty list: remove it to give oCIS its own network");
    }
    return known;
  });
}

/** A network with its name known. */
export interface JoinedNetwork {
  name: string;
  aliases?: string[];
}

/** Refuses what Docker's provider can't keep: it cuts IPv6 addresses at their first colon, and would replace forever. */
function checkedHosts({ extraHosts = [] }: ContainerArgs): pulumi.Output<{ host: string; ip: string }[]> {
  return checkedArgument(extraHosts, hostsProblem);
}

/** What is wrong with extra hosts: with and without the value, which may be a secret. */
export function hostsProblem(hosts: readonly { readonly ip: string }[]) {
  const found = hosts.find(({ ip }) => ip.includes(":"));
  const problem = (ip: string) => `extraHosts: ${ip} is an IPv6 address: give an IPv4 one, or host-gateway`;
  return found && { open: problem(`'${found.ip}'`), secret: problem("a secret address") };
}

/** Refuses what isn't a PEM file, with a clearer error than Docker's. */
export function checkedPem(pem: pulumi.Input<string>, argument: string): pulumi.Output<string> {
  return pulumi.output(pem).apply((text) => {
    if (/-----BEGIN [A-Z ]+-----[\s\S]+-----END [A-Z ]+-----/.test(text)) return text;
    throw new ProgramError(
      `${argument} is not the text of a PEM file (-----BEGIN ...): give its content, not its path`,
    );
  });
}

/**
 * The text of a file that oCIS's user must be able to read on the machine that it is mounted from, where everyone else then
 * can as well.
 */
export function readableByAll(text: pulumi.Input<string>, file: string): pulumi.Output<string> {
  const known = pulumi.output(text);
  return known.apply(async (value) => {
    if (!(await pulumi.isSecret(known))) return value;
    throw new ProgramError(
      `${file} holds a secret, and oCIS can only read a file that everyone can: leave --secret out for what goes into it, or ` +
        'set cspDelivery: "upload" for target docker',
    );
  });
}

/**
 * The default image of oCIS: the production channel (`owncloud/ocis`, not `ocis-rolling`), its newest release that upstream
 * says is on Docker Hub (owncloud/ocis#12451). Pinned, because an upgrade of oCIS needs a backup first and can't be undone:
 * updating this package must not cause one. A change needs a release note.
 */
export const DEFAULT_OCIS_IMAGE = "owncloud/ocis:8.0.5";

/**
 * The image of oCIS. Other products, and versions that are too old, are refused.
 *
 * @throws ProgramError; from the output if the image is one
 */
export function checkedImage(image: pulumi.Input<string> = DEFAULT_OCIS_IMAGE): pulumi.Input<string> {
  if (typeof image !== "string") return checkedArgument(image, imageProblem);
  const problem = imageProblem(image);
  if (problem !== undefined) throw new ProgramError(problem.open);
  return image;
}

function imageProblem(image: string) {
  const problem = imageNameProblem(image);
  if (problem === undefined) return undefined;
  return { open: `image: ${problem}`, secret: "image: the secret image isn't one of oCIS 6.0 or later" };
}

/**
 * The name of a component's objects in Docker, from project, stack and component: never from a host name, so that stacks on
 * one Docker host don't touch each other's data, and a new host name keeps it.
 */
export function dockerName(component: string): string {
  return plainName(`${pulumi.getProject()}-${pulumi.getStack()}-${component}`);
}

/** The owner of an object. Unlike the name, it has every letter, so two owners never look the same. */
export function ownerName(component: string): string {
  return `${pulumi.getProject()}/${pulumi.getStack()}/${component}`;
}
