import { DynamicResource, type HandlerModule, type ResourceKind } from "@ocis-pocket-id/providers/core";
import type * as pulumi from "@pulumi/pulumi";
import type * as handlers from "./handlers";

/** The module that the engine's plugin loads for the resources of this package. */
export const HANDLERS: HandlerModule = {
  specifier: "@ocis-pocket-id/components/handlers",
  token: "ocis",
};

/** What every resource of the deployment itself extends: files, secrets, and checks of Docker. */
export abstract class DeploymentResource extends DynamicResource {
  protected constructor(
    kind: ResourceKind<keyof typeof handlers>,
    name: string,
    args: object,
    opts: pulumi.CustomResourceOptions | undefined,
  ) {
    super(HANDLERS, kind, name, args, opts);
  }
}
