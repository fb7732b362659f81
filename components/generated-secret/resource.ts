import type * as pulumi from "@pulumi/pulumi";
import { DeploymentResource } from "../deployment-resource";

/** Arguments of a {@link GeneratedSecret}. */
export interface GeneratedSecretArgs {
  /** Number of characters, 16 to 256; counts only when the secret is made. @default 32 */
  length?: pulumi.Input<number>;
}

/**
 * A random secret (letters, digits, `-` and `_`), made once and kept encrypted in state. For a new one, replace the
 * resource: `pulumi up --replace <its URN>`.
 */
export class GeneratedSecret extends DeploymentResource {
  declare readonly value: pulumi.Output<string>;

  constructor(name: string, args: GeneratedSecretArgs = {}, options?: pulumi.CustomResourceOptions) {
    super(
      { type: "GeneratedSecret", handler: "generatedSecret", computed: ["value"], secrets: ["value"] },
      name,
      args,
      options,
    );
  }
}
