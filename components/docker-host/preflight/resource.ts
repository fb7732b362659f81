import type * as pulumi from "@pulumi/pulumi";
import { DeploymentResource } from "../../deployment-resource";
import type { DockerHostInputs } from "../settings";
import { stackDockerHost } from "../stack";

/** Arguments of a {@link DockerPreflight}. */
export interface DockerPreflightArgs {
  /** Which Docker. @default the stack's `docker:…` keys, else the environment */
  docker?: pulumi.Input<DockerHostInputs>;
  /** Whose the container and the volumes are going to be: the value of their label {@link OWNER_LABEL}. */
  owner: pulumi.Input<string>;
  /** The container that is going to be made. */
  containerName: pulumi.Input<string>;
  /** Its image. */
  image: pulumi.Input<string>;
  /** Where its configuration is: a volume's name, or the absolute path of a folder on the Docker host. */
  configVolume: pulumi.Input<string>;
  /** Where its data is, in the same way. */
  dataVolume: pulumi.Input<string>;
  /** Whether volumes that exist without an owner's label are taken over. @default false */
  adoptVolumes?: pulumi.Input<boolean>;
  /** Whether volumes that this stack had, and that are gone, may be replaced by empty ones. @default false */
  allowEmptyVolumes?: pulumi.Input<boolean>;
  /** Whether an image may be of an older version than the one before it. @default false */
  allowDowngrade?: pulumi.Input<boolean>;
  /** Existing networks that it joins. @default none */
  networks?: pulumi.Input<pulumi.Input<string>[]>;
  /** Ports that it publishes on the Docker host. @default none */
  ports?: pulumi.Input<pulumi.Input<{ ip: string; port: number }>[]>;
}

/**
 * Checks, before a container is created or changed, what would go wrong: Docker not reachable, volumes of another owner or
 * gone, a container of the same name, ports taken, a network or an image that isn't there. Previews show one line for each
 * problem. Creates the two volumes, so that one that is missing later is known to be lost.
 */
export class DockerPreflight extends DeploymentResource {
  /** Whether Podman answers in Docker's way. Known at preview if it can be asked then. */
  declare readonly podman: pulumi.Output<boolean | undefined>;

  constructor(name: string, args: DockerPreflightArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      { type: "DockerPreflight", handler: "dockerPreflight", computed: ["podman"] },
      name,
      { docker: stackDockerHost(), ...args },
      opts,
    );
  }
}
