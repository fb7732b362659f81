import type * as pulumi from "@pulumi/pulumi";
import { DeploymentResource } from "../../deployment-resource";
import type { DockerHostInputs } from "../settings";
import { stackDockerHost } from "../stack";

/** Arguments of {@link OcisReady}. */
export interface OcisReadyArgs {
  /** Which Docker. @default the stack's `docker:…` keys, else the environment */
  docker?: pulumi.Input<DockerHostInputs>;
  /** Name of oCIS's container. */
  container: pulumi.Input<string>;
  /** Pocket ID's public URL, which oCIS was told. */
  issuer: pulumi.Input<string>;
  /** Whether oCIS speaks TLS itself. @default false */
  tls?: pulumi.Input<boolean>;
  /** How long to wait at most, in seconds, 1 to 3600. @default 120 */
  timeoutSeconds?: pulumi.Input<number>;
  /** Values whose change asks again: the container's ID, hashes of what it was told. @default {} */
  triggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Waits until people can log in: a container that is healthy proves little, but when Pocket ID's discovery document comes
 * through oCIS with the expected issuer, then network, certificates, TLS and issuer are right.
 *
 * @throws one line with the reason and the last lines of oCIS's log, tokens and passwords hidden. Nothing is kept in state
 * then, and the next `up` asks again.
 */
export class OcisReady extends DeploymentResource {
  constructor(name: string, args: OcisReadyArgs, opts?: pulumi.CustomResourceOptions) {
    super({ type: "OcisReady", handler: "ocisReady" }, name, { docker: stackDockerHost(), ...args }, opts);
  }
}
