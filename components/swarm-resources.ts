import * as pulumi from "@ocis-pocket-id/providers/sdk";
import type { DockerHostInputs } from "./docker-host/stack";
import { deployment } from "./resources";
import type { ProductKey } from "./settings/products";

/** Arguments of a {@link SwarmPreflight}. */
export interface SwarmPreflightArgs {
  /** Which Docker: a manager of the Swarm. */
  docker: pulumi.Input<DockerHostInputs>;
  /** @default "ocis" */
  product?: ProductKey;
  /** The owner of the service and the volumes: the value of their label. */
  owner: pulumi.Input<string>;
  /** The service that will be created. */
  service: pulumi.Input<string>;
  /** Its image. */
  image: pulumi.Input<string>;
  /** Its configuration: a volume's name, or the absolute path of a folder. */
  configVolume: pulumi.Input<string>;
  /** The same for its data. */
  dataVolume: pulumi.Input<string>;
  /** Whether the data is on the node whose Docker this is. */
  pinned: boolean;
  /** Whether to adopt existing volumes without an owner's label. @default false */
  adoptVolumes?: pulumi.Input<boolean>;
  /** Whether missing volumes of this stack may be replaced by empty ones. @default false */
  allowEmptyVolumes?: pulumi.Input<boolean>;
  /** Whether the image may be older than the previous one. @default false */
  allowDowngrade?: pulumi.Input<boolean>;
  /** Existing networks of the Swarm to join. @default none */
  networks?: pulumi.Input<pulumi.Input<string>[]>;
  /** The port to publish. @default none */
  port?: number;
}

/**
 * Checks before a service is created or changed what would fail, as `DockerPreflight` does for a container; and that Docker is
 * a manager of a Swarm.
 */
export class SwarmPreflight extends pulumi.CustomResource {
  /** The node whose Docker this is. */
  declare readonly nodeId: pulumi.Output<string | undefined>;
  /** The networks' IDs, in the order of their names. */
  declare readonly networkIds: pulumi.Output<string[] | undefined>;

  constructor(name: string, args: SwarmPreflightArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      ...deployment(
        { type: "SwarmPreflight", handler: "swarmPreflight", computed: ["nodeId", "networkIds"] },
        name,
        args,
        opts,
      ),
    );
  }
}

/** Arguments of {@link SwarmReady}. */
export interface SwarmReadyArgs {
  /** Which Docker: a manager of the Swarm. */
  docker: pulumi.Input<DockerHostInputs>;
  /** @default "ocis" */
  product?: ProductKey;
  /** Name of the service. */
  service: pulumi.Input<string>;
  /** Pocket ID's public URL, as oCIS has it. */
  issuer: pulumi.Input<string>;
  /** Whether oCIS itself serves https. @default false */
  tls?: pulumi.Input<boolean>;
  /** Time limit in seconds, 1 to 3600. @default 180 */
  timeoutSeconds?: pulumi.Input<number>;
  /** Values that trigger a new check when they change. @default {} */
  triggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Waits until people can log in to the task that runs the service's newest settings, as `OcisReady` does for a container. If
 * that runs on another node, it waits for its health check only, and prints that.
 *
 * @throws one line with the reason and the last lines of oCIS's log
 */
export class SwarmReady extends pulumi.CustomResource {
  constructor(name: string, args: SwarmReadyArgs, opts?: pulumi.CustomResourceOptions) {
    super(...deployment({ type: "SwarmReady", handler: "swarmReady" }, name, args, opts));
  }
}
