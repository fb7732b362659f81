import type * as pulumi from "@pulumi/pulumi";
import type { Limits } from "./limits";

/** The settings of oCIS, for any target. */
export interface OcisSettings {
  /** Where people reach oCIS: `https://ocis.company.com`. */
  ocisUrl: pulumi.Input<string>;
  /** Pocket ID's public URL, exactly as its discovery document names it. */
  issuer: pulumi.Input<string>;
  /** The environment variables of oCIS, by name. */
  environment: pulumi.Input<Record<string, string>>;
  /** More variables, whose values are secrets. */
  secretEnvironment?: pulumi.Input<Record<string, string>>;
  /** The text of csp.yaml. */
  contentSecurityPolicy: pulumi.Input<string>;
}

/** An existing Docker network that oCIS joins. */
export interface ExistingNetwork {
  /** The network's name; it must be there already. */
  name: pulumi.Input<string>;
  /** Names by which other containers of this network reach oCIS. @default the container's name only */
  aliases?: pulumi.Input<pulumi.Input<string>[]>;
}

/** An additional line in the container's /etc/hosts. */
export interface ExtraHost {
  /** The host name: `pocket-id.company.com`. */
  host: pulumi.Input<string>;
  /** An IPv4 address, or `host-gateway` for the machine that Docker runs on. (Not IPv6: Docker's provider can't keep it.) */
  ip: pulumi.Input<string>;
}

/** Where oCIS's port is published on the Docker host. */
export interface Publish {
  /** The address to listen on; `0.0.0.0` for all. @default "127.0.0.1" */
  ip?: string;
  /** The port, 1 to 65535. @default 9200 */
  port?: number;
}

/** What both targets have in common. */
export interface ContainerArgs {
  /** The image of oCIS, 6.0 or later. @default {@link DEFAULT_OCIS_IMAGE} */
  image?: pulumi.Input<string> | undefined;
  /** Existing networks to join, for instance the one of a TLS proxy in a container. @default a network of its own */
  networks?: pulumi.Input<pulumi.Input<ExistingNetwork>[]> | undefined;
  /** Additional lines for /etc/hosts, for instance if the issuer's name doesn't resolve inside containers. */
  extraHosts?: pulumi.Input<pulumi.Input<ExtraHost>[]> | undefined;
  /** Where oCIS's port is published, for a TLS proxy in front; false to publish none. @default 127.0.0.1:9200 */
  publish?: Publish | false | undefined;
  /** PEM text of the private authority that signed Pocket ID's certificate, trusted in addition to the public ones. */
  caCertificate?: pulumi.Input<string> | undefined;
  /**
   * Whether the container runs without Linux capabilities and can't gain any; with target bundle, its file system is also
   * read-only except for volumes and /tmp. (Docker's provider can't copy files into such a container, and has no limit for
   * processes.) @default true
   */
  hardening?: boolean | undefined;
  /** How much of the Docker host the container may use. (Without effect with Podman.) @default { memory: 4096, logs: 50 } */
  limits?: Limits | undefined;
  /**
   * Where accounts and files are: two volumes by name, or two folders on the Docker host by absolute path, which must exist
   * and belong to uid 1000. @default volumes `<project>-<stack>-<component>-config` and `-data`
   */
  volumes?: { config?: string | undefined; data?: string | undefined } | undefined;
  /** Whether to adopt existing volumes with these names that have no owner label. @default false */
  adoptVolumes?: boolean | undefined;
  /**
   * How SELinux labels what is mounted from the Docker host: `z` for all containers, `Z` for this one only. Needed where
   * SELinux is enforced, as on Fedora. @default none
   */
  selinuxRelabel?: "z" | "Z" | undefined;
}

/** Your own certificate. */
export interface Certificate {
  /** PEM of the certificate, with the chain below it. */
  certificate: pulumi.Input<string>;
  /** PEM of its private key; kept as a secret. */
  privateKey: pulumi.Input<string>;
}

/** A login to the registry of the image. */
export interface RegistryLogin {
  /** The registry: `registry.company.com`. */
  address: pulumi.Input<string>;
  username: pulumi.Input<string>;
  /** Kept as a secret. */
  password: pulumi.Input<string>;
}

/** Arguments of {@link dockerTarget}: one container on one Docker host. */
export interface DockerTargetArgs extends ContainerArgs {
  /**
   * The address of Docker: `unix:///run/user/1000/podman/podman.sock`, `tcp://host:2376`, `ssh://user@host`.
   * @default Docker's provider of the component's options, else the stack's `docker:…` keys, else the environment
   */
  dockerHost?: pulumi.Input<string> | undefined;
  /** A login to the image's registry. @default what `docker login` stored */
  registry?: RegistryLogin | undefined;
  /**
   * Whether oCIS itself serves https: false behind a TLS proxy; true with a self-signed certificate; or with yours.
   * @default false
   */
  tls?: boolean | Certificate | undefined;
  /**
   * How csp.yaml gets into the container: `mount` keeps a file in the project folder and mounts it read-only, and a refresh
   * finds edits; `upload` copies it in, which also works for Docker on another or a virtual machine, and for stacks that run
   * from several checkouts. @default "upload" if Docker's address is tcp or ssh, else "mount"
   */
  cspDelivery?: "mount" | "upload" | undefined;
  /**
   * Where oCIS's own secrets are kept, on which every account depends: `stack`, in state, encrypted, from which the first start
   * writes ocis.yaml into the config volume, and again if that is lost; or `volume`, only there, by `ocis init`. An ocis.yaml
   * that is there already always stays. @default "stack" for new data; "volume" where data was found
   */
  secrets?: "stack" | "volume" | undefined;
  /** Whether `up` may start with empty volumes although this stack had files in others. @default false */
  allowEmptyVolumes?: boolean | undefined;
  /** Whether `image` may be older than the one that used the volumes before; only after restoring a backup. @default false */
  allowDowngrade?: boolean | undefined;
  /** Image of the Pocket ID that the stack runs too: previews explain its changes as they do those of `image`. @default none */
  pocketIdImage?: pulumi.Input<string> | undefined;
  /**
   * How many hours old the last backup by `ocis-pocket-id backup` may be for an `up` to change an image; more than 0.
   * @default an image may change without a backup
   */
  requireBackupHours?: number | undefined;
  /** Whether the engine refuses to delete the volumes. (Destroy always keeps them.) @default false */
  protect?: boolean | undefined;
  /** Whether `up` waits until people can log in, and for how many seconds at most. @default { timeoutSeconds: 120 } */
  readiness?: { timeoutSeconds?: number } | false | undefined;
}

/** Arguments of {@link bundleTarget}: files for people who run `docker compose` themselves. */
export interface BundleTargetArgs extends ContainerArgs {
  /** Where the files go; relative to the folder of Pulumi.yaml. @default "bundle" */
  directory?: pulumi.Input<string> | undefined;
  /** Whether oCIS itself serves https, with a self-signed certificate. @default false, for a TLS proxy in front */
  tls?: boolean | undefined;
}

/** Where oCIS runs: a container of a Docker host, or files for people who run `docker compose` themselves. */
export type TargetArgs = ({ type: "docker" } & DockerTargetArgs) | ({ type: "bundle" } & BundleTargetArgs);

/** Where oCIS is: its container and volumes, or the directory of the bundle. Shown as a stack's output. */
export interface Deployment {
  target: TargetArgs["type"];
  /** Docker: the container's name. */
  container?: string;
  /** Docker: the volumes or folders, which destroy keeps; back them up together. */
  volumes?: { config: string; data: string };
  /** Docker: where oCIS's own secrets are: in the stack's state too, or in the config volume alone. */
  secrets?: "stack" | "volume";
  /** Docker: where the port is published, for a TLS proxy in front. */
  publishedUrl?: string;
  /** Bundle: the directory with compose.yaml. */
  directory?: string;
}

/** What every target makes. */
export interface Target {
  /** The resource to depend on for an oCIS that people can log in to, or for the files. */
  ready: pulumi.Resource;
  summary: pulumi.Output<Deployment>;
}

/** Whether oCIS itself speaks TLS under these arguments: the value of PROXY_TLS. */
export function usesOwnTls({ tls }: Pick<DockerTargetArgs, "tls">): boolean {
  return tls !== undefined && tls !== false;
}
