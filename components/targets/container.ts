import { ProgramError } from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { imageNameProblem } from "../docker-host/preflight/checks";
import { plainName } from "../docker-host/text";
import { checkedArgument } from "../inputs";
import { OCIS, type Product } from "../settings";
import type { ContainerArgs, Publish } from "./arguments";

/** What the container of a product has in every target. */
export interface ProductContainer {
  readonly product: Product;
  /** Where things are inside the container. */
  readonly paths: Readonly<
    Record<
      "config" | "data" | "csp" | "adminPassword" | "secrets" | "certificate" | "privateKey" | "authority",
      string
    >
  >;
  /** The port on which the product listens inside the container. */
  readonly port: number;
  /** How long it may take to stop. */
  readonly graceSeconds: number;
  /** Checks that it runs; OcisReady checks that people can log in. */
  readonly healthTest: string[];
  /** How often. Durations have Go's form; any other would always differ. */
  readonly health: { interval: string; timeout: string; retries: number; startPeriod: string };
  /** Labels with hashes, without which a change of mounted files would go unnoticed. */
  readonly hashLabels: Readonly<Record<"csp" | "authority", string>>;
  /**
   * Creates the product's configuration on first start only, because a second `init` fails. Its output is dropped, since it
   * prints the admin's password; errors go to stderr and stay. `exec` lets the product get the signal to stop.
   *
   * @param passwordFile where to read the admin's password; undefined lets the product generate one.
   */
  readonly startScript: (passwordFile: string | undefined) => string;
  /** The same with the stack's configuration in place of `init`'s. A half-written file would stay forever. */
  readonly secretsScript: () => string;
}

const PORT = 9200;

/** It needs about three seconds, more during uploads. */
export const GRACE_SECONDS = 30;

/** The container of a product. */
export function containerOf(product: Product): ProductContainer {
  const { key } = product;
  const [config, secrets] = [`/etc/${key}`, `/run/secrets/${key}.yaml`];
  const script = (command: string, inWords: string) =>
    `[ -f ${config}/${key}.yaml ] || ${command} || ` +
    `{ echo "${inWords} failed with exit code $?" >&2; exit 1; }; exec ${key} server`;
  return {
    product,
    paths: {
      config,
      data: `/var/lib/${key}`,
      csp: `${config}/csp.yaml`,
      adminPassword: `/run/secrets/${key}-admin-password`,
      secrets,
      certificate: `/run/secrets/${key}-tls.crt`,
      privateKey: `/run/secrets/${key}-tls.key`,
      // Go reads every file of this folder beside the system's bundle.
      authority: "/etc/ssl/certs/pocket-id-authority.crt",
    },
    port: PORT,
    graceSeconds: GRACE_SECONDS,
    healthTest: ["CMD", key, "proxy", "health"],
    health: { interval: "10s", timeout: "5s", retries: 3, startPeriod: "1m0s" },
    hashLabels: {
      csp: "io.github.ocis-pocket-id.csp-sha256",
      authority: "io.github.ocis-pocket-id.ca-sha256",
    },
    startScript(passwordFile) {
      const password = passwordFile === undefined ? "" : `IDM_ADMIN_PASSWORD="$(cat ${passwordFile})" `;
      return script(`${password}${key} init >/dev/null`, `${key} init`);
    },
    secretsScript() {
      const write = `cat ${secrets} >${config}/.${key}.yaml && mv ${config}/.${key}.yaml ${config}/${key}.yaml`;
      return script(`(umask 077 && ${write})`, `writing ${key}.yaml`);
    },
  };
}

/** What both targets make of their arguments. @param name the component's */
export function containerParts(name: string, args: ContainerArgs) {
  const { volumes = {} } = args;
  const { config = `${dockerName(name)}-config`, data = `${dockerName(name)}-data` } = volumes;
  return {
    name: dockerName(name),
    owner: ownerName(name),
    /** Where accounts and files are: names of volumes, or paths of folders. */
    data: { config, data },
    published: publishedAt(args),
    networks: existingNetworks(args),
    extraHosts: checkedHosts(args),
  };
}

/** The published address with its defaults; undefined for none. */
function publishedAt({ publish }: ContainerArgs): Required<Publish> | undefined {
  if (publish === false) return undefined;
  const { ip: given = "127.0.0.1", port = PORT } = publish ?? {};
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
 * The text of a file that the container's user must be able to read on the machine that it is mounted from, where everyone else then
 * can as well.
 */
export function readableByAll(text: pulumi.Input<string>, file: string): pulumi.Output<string> {
  const known = pulumi.output(text);
  return known.apply(async (value) => {
    if (!(await pulumi.isSecret(known))) return value;
    throw new ProgramError(
      `${file} holds a secret, and the container can only read a file that everyone can: leave --secret out for what goes into it, or ` +
        'set cspDelivery: "upload" for target docker',
    );
  });
}

/**
 * The image of a product. Others, and versions that are too old, are refused.
 *
 * @throws ProgramError; from the output if the image is one
 */
export function checkedImage(image: pulumi.Input<string>, product = OCIS): pulumi.Input<string> {
  const problemOf = (known: string) => imageProblem(known, product);
  if (typeof image !== "string") return checkedArgument(image, problemOf);
  const problem = problemOf(image);
  if (problem !== undefined) throw new ProgramError(problem.open);
  return image;
}

function imageProblem(image: string, product: Product) {
  const problem = imageNameProblem(image, product);
  if (problem === undefined) return undefined;
  const { title, oldestMajor } = product;
  return {
    open: `image: ${problem}`,
    secret: `image: the secret image isn't one of ${title} ${oldestMajor}.0 or later`,
  };
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
