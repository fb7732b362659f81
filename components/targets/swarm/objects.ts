import { createHmac } from "node:crypto";
import { ProgramError } from "@ocis-pocket-id/providers";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { dockerSdk } from "../../docker-host/sdk";
import { shellWord } from "../../docker-host/text";

/** A file that the Swarm hands to the container. */
export interface SwarmFile {
  /** Part of its logical name: `csp`. */
  kind: string;
  /** Path in the container. */
  path: string;
  text: pulumi.Input<string>;
  isSecret: boolean;
}

/** What names are made of. */
export interface Naming {
  /** Logical name of the component. */
  component: string;
  /** The service's name. */
  service: string;
  owner: { label: string; value: string };
  /** The stack's own secret: without it, a name would let others test guesses of what a short secret is. */
  key: pulumi.Input<string>;
}

/** A Swarm takes names of at most 64 characters. */
const LONGEST_NAME = 64;
const HASH_LENGTH = 16;

/** oCIS's user in its image, the only one who reads its secrets there. */
const OCIS_ID = "1000";
const READABLE = 0o444;
const PRIVATE = 0o400;

/**
 * Makes configs and secrets. A Swarm can't change one, nor remove one that a service uses. So each is named by its content: a
 * change makes another, then updates the service, and removes the old one last.
 */
export function swarmFiles(files: readonly SwarmFile[], naming: Naming, opts: pulumi.CustomResourceOptions) {
  const sdk = dockerSdk();
  const ordered = { ...opts, deleteBeforeReplace: false };
  const configs = [];
  const secrets = [];
  for (const { kind, path, text, isSecret } of files) {
    const labels = [naming.owner];
    const logical = `${naming.component}-${kind}`;
    const name = nameOf(kind, text, naming);
    if (isSecret) {
      const data = pulumi.secret(pulumi.output(text).apply((known) => Buffer.from(known).toString("base64")));
      const { id, name: secretName } = new sdk.Secret(logical, { name, data, labels }, ordered);
      const file = { fileName: path, fileUid: OCIS_ID, fileGid: OCIS_ID, fileMode: PRIVATE };
      secrets.push({ secretId: id, secretName, ...file });
    } else {
      const { id, name: configName } = new sdk.ServiceConfig(
        logical,
        { name, dataRaw: text, labels },
        ordered,
      );
      configs.push({
        configId: id,
        configName,
        fileName: path,
        fileUid: "0",
        fileGid: "0",
        fileMode: READABLE,
      });
    }
  }
  return { configs, secrets };
}

/** The owner is hashed too, because names of two long stacks may be cut to the same. */
function nameOf(kind: string, text: pulumi.Input<string>, { service, owner, key }: Naming) {
  const hash = pulumi
    .all([text, key])
    .apply(([known, secret]) =>
      createHmac("sha256", secret).update(`${owner.value}\0${known}`).digest("hex").slice(0, HASH_LENGTH),
    );
  const base = service.slice(0, LONGEST_NAME - HASH_LENGTH - kind.length - 2);
  return pulumi.unsecret(hash).apply((known) => `${base}-${kind}-${known}`);
}

/** Variables as a file that a shell reads. @throws ProgramError for what can't be a variable */
export function variablesFile(variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables)
    .sort()
    .map(([name, value]) => {
      if (!/^[A-Za-z_]\w*$/.test(name)) {
        throw new ProgramError(`'${name}' can't be the name of an environment variable`);
      }
      if (value.includes("\0")) throw new ProgramError("an environment variable can't hold a zero byte");
      return `${name}=${shellWord(value)}\n`;
    });
  // A Swarm takes no empty secret.
  return `# Variables of oCIS\n${lines.join("")}`;
}
