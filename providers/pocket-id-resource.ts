import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource, type HandlerModule, type ResourceKind } from "./core/resource";
import type * as handlers from "./handlers";

/** The module that the engine's plugin loads for the resources of this package. */
export const HANDLERS: HandlerModule = {
  specifier: "@ocis-pocket-id/providers/handlers",
  token: "pocketid",
};

/** What every resource in Pocket ID extends. */
export abstract class PocketIdResource extends DynamicResource {
  protected constructor(
    kind: ResourceKind<keyof typeof handlers>,
    name: string,
    args: object,
    opts: pulumi.CustomResourceOptions | undefined,
  ) {
    super(HANDLERS, kind, name, args, opts);
  }
}
