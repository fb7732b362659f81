import {
  type Adoption,
  type Registration,
  registration,
  type ResourceKind,
} from "@ocis-pocket-id/providers/core";
import * as pulumi from "@ocis-pocket-id/providers/sdk";
import { type DockerHostInputs, stackDockerHost } from "./docker-host/stack";
import type * as handlers from "./handlers";
import { defined } from "./inputs";
import { resolveDirectory } from "./local-files/disk";
import type { ProductKey } from "./settings";

/** What the deployment's own resources pass to `super`: files, secrets, and checks of Docker. */
export const deployment = (
  kind: ResourceKind<keyof typeof handlers>,
  name: string,
  args: object,
  opts: pulumi.CustomResourceOptions | undefined,
): Registration =>
  registration({ specifier: "@ocis-pocket-id/components/handlers", token: "ocis" }, kind, name, args, opts);

/** Arguments of a {@link GeneratedSecret}. */
export interface GeneratedSecretArgs {
  /** Number of characters, 16 to 256; only used when the secret is created. @default 32 */
  length?: pulumi.Input<number>;
}

/**
 * A random secret (letters, digits, `-` and `_`), created once and kept encrypted in state. For a new one, replace the
 * resource: `pulumi up --replace <its URN>`.
 */
export class GeneratedSecret extends pulumi.CustomResource {
  declare readonly value: pulumi.Output<string>;

  constructor(name: string, args: GeneratedSecretArgs = {}, options?: pulumi.CustomResourceOptions) {
    super(
      ...deployment(
        { type: "GeneratedSecret", handler: "generatedSecret", computed: ["value"], secrets: ["value"] },
        name,
        args,
        options,
      ),
    );
  }
}

/** Arguments of {@link LocalFiles}. */
export interface LocalFilesArgs {
  /**
   * The directory for the files, created if it doesn't exist. Relative to the folder of Pulumi.yaml, also in state. Another
   * directory replaces the resource.
   */
  directory: pulumi.Input<string>;
  /** The text of each file, by plain file name (no folders). */
  files: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** The same for files with secrets: only their owner can read them (mode 0600), and they are encrypted in state. */
  secretFiles?: pulumi.Input<Record<string, pulumi.Input<string>> | undefined>;
  /** Whether to overwrite existing files of these names with other content. @default "never" */
  adopt?: pulumi.Input<Adoption>;
}

/**
 * Text files on this machine, readable for everyone unless they hold secrets. They are written at `up`, never at preview; a
 * refresh finds edits and missing files; destroy removes them, and the directory if it's then empty.
 *
 * @example
 * new LocalFiles("settings", { directory: "bundle", files: { ".env": "OCIS_URL=https://ocis.company.com\n" } });
 */
export class LocalFiles extends pulumi.CustomResource {
  declare readonly directory: pulumi.Output<string>;
  declare readonly files: pulumi.Output<Record<string, string>>;
  /** SHA-256 of each of `files`, also known at preview. */
  declare readonly hashes: pulumi.Output<Record<string, string>>;
  /** The directory's absolute path. Not in state, because it differs between checkouts. */
  readonly absoluteDirectory: pulumi.Output<string>;

  constructor(name: string, args: LocalFilesArgs, opts?: pulumi.CustomResourceOptions) {
    const { secretFiles: given, ...open } = args;
    const secretFiles =
      given &&
      pulumi.output(given).apply((files) => (files === undefined ? undefined : pulumi.secret(files)));
    super(
      ...deployment(
        { type: "LocalFiles", handler: "localFiles", computed: ["hashes", "adopted"] },
        name,
        { ...open, ...defined({ secretFiles }) },
        opts,
      ),
    );
    this.absoluteDirectory = this.directory.apply(resolveDirectory);
  }
}

/** Arguments of a {@link DockerPreflight}. */
export interface DockerPreflightArgs {
  /** The product that will run. @default "ocis" */
  product?: pulumi.Input<ProductKey>;
  /** The Docker host. @default the stack's `docker:…` keys, else the environment */
  docker?: pulumi.Input<DockerHostInputs>;
  /** The owner of the container and the volumes: the value of their label {@link OWNER_LABEL}. */
  owner: pulumi.Input<string>;
  /** The container that will be created. */
  containerName: pulumi.Input<string>;
  /** Its image. */
  image: pulumi.Input<string>;
  /** Its configuration: a volume's name, or the absolute path of a folder on the Docker host. */
  configVolume: pulumi.Input<string>;
  /** The same for its data. */
  dataVolume: pulumi.Input<string>;
  /** Whether to adopt existing volumes without an owner's label. @default false */
  adoptVolumes?: pulumi.Input<boolean>;
  /** Whether missing volumes of this stack may be replaced by empty ones. @default false */
  allowEmptyVolumes?: pulumi.Input<boolean>;
  /** Whether the image may be older than the previous one. @default false */
  allowDowngrade?: pulumi.Input<boolean>;
  /** Image of the Pocket ID that the stack runs, whose changes are checked too. @default none */
  pocketIdImage?: pulumi.Input<string>;
  /** How many hours old the last backup may be if an image changes. @default none is needed */
  requireBackupHours?: pulumi.Input<number>;
  /** Where to keep oCIS's own secrets, see `DockerTargetArgs`. @default "stack", unless there is data already */
  ocisSecrets?: pulumi.Input<"stack" | "volume">;
  /** Tells the stack's secrets from others. @default none */
  fingerprint?: pulumi.Input<string>;
  /** Existing networks to join. @default none */
  networks?: pulumi.Input<pulumi.Input<string>[]>;
  /** Ports to publish on the Docker host. @default none */
  ports?: pulumi.Input<pulumi.Input<{ ip: string; port: number }>[]>;
}

/**
 * Checks before a container is created or changed what would fail: Docker can't be reached, volumes are missing or belong to
 * another owner, a container has the same name, ports are in use, a network or image doesn't exist. Previews show one line
 * for each problem. Creates the two volumes, so that it notices if one is lost later.
 */
export class DockerPreflight extends pulumi.CustomResource {
  /** Whether the host runs Podman. Known at preview if it can be reached then. */
  declare readonly podman: pulumi.Output<boolean | undefined>;
  /** Where oCIS's own secrets are. Known at preview like `podman`. */
  declare readonly secretsIn: pulumi.Output<"stack" | "volume" | undefined>;

  constructor(name: string, args: DockerPreflightArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      ...deployment(
        { type: "DockerPreflight", handler: "dockerPreflight", computed: ["podman", "secretsIn"] },
        name,
        { docker: stackDockerHost(), ...args },
        opts,
      ),
    );
  }
}

/** Arguments of {@link OcisReady}. */
export interface OcisReadyArgs {
  /** The product that runs in the container. @default "ocis" */
  product?: pulumi.Input<ProductKey>;
  /** The Docker host. @default the stack's `docker:…` keys, else the environment */
  docker?: pulumi.Input<DockerHostInputs>;
  /** Name of oCIS's container. */
  container: pulumi.Input<string>;
  /** Pocket ID's public URL, as oCIS has it. */
  issuer: pulumi.Input<string>;
  /** Whether oCIS itself serves https. @default false */
  tls?: pulumi.Input<boolean>;
  /** Time limit in seconds, 1 to 3600. @default 120 */
  timeoutSeconds?: pulumi.Input<number>;
  /** Values that trigger a new check when they change: the container's ID, hashes of its settings. @default {} */
  triggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Waits until people can log in: if oCIS serves Pocket ID's discovery document with the expected issuer, then network,
 * certificates, TLS and issuer are right; and its services that store accounts must have started. A healthy container doesn't
 * prove that.
 *
 * @throws one line with the reason and the last lines of oCIS's log, tokens and passwords hidden. Nothing is saved in state
 * then, so the next `up` checks again.
 */
export class OcisReady extends pulumi.CustomResource {
  constructor(name: string, args: OcisReadyArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      ...deployment(
        { type: "OcisReady", handler: "ocisReady" },
        name,
        { docker: stackDockerHost(), ...args },
        opts,
      ),
    );
  }
}
