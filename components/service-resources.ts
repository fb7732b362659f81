import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { DockerHostInputs } from "./docker-host/stack";
import { deployment } from "./resources";

/** Arguments of {@link CertificateAuthority}. */
export interface CertificateAuthorityArgs {
  /** Which Docker. */
  docker: pulumi.Input<DockerHostInputs>;
  /** Name of the container that creates the authority. */
  container: pulumi.Input<string>;
  /** Path of the authority's PEM certificate in the container. */
  file: pulumi.Input<string>;
}

/** A TLS proxy's own authority's certificate, read from its container. @throws when the file isn't there within a minute. */
export class CertificateAuthority extends pulumi.CustomResource {
  declare readonly certificate: pulumi.Output<string>;

  constructor(name: string, args: CertificateAuthorityArgs, opts?: pulumi.CustomResourceOptions) {
    const kind = { type: "CertificateAuthority", handler: "certificateAuthority" } as const;
    super(...deployment({ ...kind, computed: ["certificate"] }, name, args, opts));
  }
}

/** Arguments of {@link ServicePreflight}. */
export interface ServicePreflightArgs {
  /** Which Docker. */
  docker: pulumi.Input<DockerHostInputs>;
  /** Whose the container is going to be: the value of its label {@link OWNER_LABEL}. */
  owner: pulumi.Input<string>;
  /** The container that is going to be made. */
  containerName: pulumi.Input<string>;
  /** Its image. */
  image: pulumi.Input<string>;
  /** Ports that it publishes on the Docker host. @default none */
  ports?: pulumi.Input<pulumi.Input<{ ip: string; port: number }>[]>;
  /** An existing network to join, whose address range is an output. @default none */
  network?: pulumi.Input<string>;
  /** A volume whose content is worthless without its key. @default none */
  encryptedVolume?: pulumi.Input<string>;
  /** Which key that is; not known while the stack has none yet. */
  key?: pulumi.Input<string>;
  /** Whether the key is of a volume that existed before. @default false */
  keyIsGiven?: pulumi.Input<boolean>;
  /** The host that passkeys are bound to: another one is a warning. @default none */
  passkeyHost?: pulumi.Input<string>;
}

/**
 * Checks what would go wrong with a container beside oCIS's: ports taken, a container or a volume of others, an image that
 * isn't there. Previews show one line for each problem.
 */
export class ServicePreflight extends pulumi.CustomResource {
  /** The network's address range: `172.18.0.0/16`. Known at preview if the network can be found then. */
  declare readonly subnet: pulumi.Output<string | undefined>;

  constructor(name: string, args: ServicePreflightArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      ...deployment(
        { type: "ServicePreflight", handler: "servicePreflight", computed: ["subnet"] },
        name,
        args,
        opts,
      ),
    );
  }
}

/** Arguments of {@link ContainerStarted}. */
export interface ContainerStartedArgs {
  /** Which Docker. */
  docker: pulumi.Input<DockerHostInputs>;
  /** Name of the container. */
  container: pulumi.Input<string>;
  /** A command in it that succeeds once it is ready. @default it has run for two seconds */
  check?: pulumi.Input<pulumi.Input<string>[]>;
  /** How long to wait at most, in seconds, 1 to 3600. @default 180 */
  timeoutSeconds?: pulumi.Input<number>;
  /** Values whose change waits again, such as the container's ID. @default {} */
  triggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Waits until a container has started.
 * @throws one line with the reason and the last lines of its log, at once if the container stops again and again.
 */
export class ContainerStarted extends pulumi.CustomResource {
  constructor(name: string, args: ContainerStartedArgs, opts?: pulumi.CustomResourceOptions) {
    super(...deployment({ type: "ContainerStarted", handler: "containerStarted" }, name, args, opts));
  }
}
