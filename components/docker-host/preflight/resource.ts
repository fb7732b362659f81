import type * as pulumi from "@pulumi/pulumi";
import { DeploymentResource } from "../../deployment-resource";

/** Arguments of a {@link DockerPreflight}. */
export interface DockerPreflightArgs {
  /** The address of Docker. @default the stack's `docker:host`, then DOCKER_HOST, then the local socket */
  dockerHost?: pulumi.Input<string>;
  /** Whose the container and the volumes are going to be: the value of their label {@link OWNER_LABEL}. */
  owner: pulumi.Input<string>;
  /** The container that is going to be made. */
  containerName: pulumi.Input<string>;
  /** Its image. */
  image: pulumi.Input<string>;
  /** Its volume for configuration. */
  configVolume: pulumi.Input<string>;
  /** Its volume for data. */
  dataVolume: pulumi.Input<string>;
  /** Whether volumes that exist without an owner's label are taken over. @default false */
  adoptVolumes?: pulumi.Input<boolean>;
  /** Whether an image may be of an older version than the one before it. @default false */
  allowDowngrade?: pulumi.Input<boolean>;
  /** Existing networks that it joins. @default none */
  networks?: pulumi.Input<pulumi.Input<string>[]>;
  /** Ports that it publishes on the Docker host. @default none */
  ports?: pulumi.Input<pulumi.Input<{ ip: string; port: number }>[]>;
}

/**
 * Looks, before a container is made or changed, for what would go wrong: Docker not reachable, volumes of another owner, a
 * container of the same name, ports taken, a network or an image that is not there. Speaks at preview already, with one
 * line for each problem. Makes nothing itself.
 */
export class DockerPreflight extends DeploymentResource {
  constructor(name: string, args: DockerPreflightArgs, options?: pulumi.CustomResourceOptions) {
    super({ type: "DockerPreflight", handler: "dockerPreflight" }, name, args, options);
  }
}
