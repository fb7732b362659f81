import type * as pulumi from "@pulumi/pulumi";
import type { Limits } from "./limits";

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

/** What all targets have in common. */
export interface WorkloadArgs {
  /** The image of oCIS, 6.0 or later. @default {@link DEFAULT_OCIS_IMAGE} */
  image?: pulumi.Input<string> | undefined;
  /** PEM text of the private authority that signed Pocket ID's certificate, trusted in addition to the public ones. */
  caCertificate?: pulumi.Input<string> | undefined;
  /** Whether oCIS itself serves https. @default false, for a TLS proxy in front */
  tls?: boolean | Certificate | undefined;
}

/** What targets that run a container of Docker have in common. */
export interface ContainerArgs extends WorkloadArgs {
  /** Existing networks to join, for instance the one of a TLS proxy in a container. @default a network of its own */
  networks?: pulumi.Input<pulumi.Input<ExistingNetwork>[]> | undefined;
  /** Additional lines for /etc/hosts, for instance if the issuer's name doesn't resolve inside containers. */
  extraHosts?: pulumi.Input<pulumi.Input<ExtraHost>[]> | undefined;
  /** Where oCIS's port is published, for a TLS proxy in front; false to publish none. @default 127.0.0.1:9200 */
  publish?: Publish | false | undefined;
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
