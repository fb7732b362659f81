import * as pulumi from "@pulumi/pulumi";
import {
  type ArgsOf,
  type Declaration,
  filledInNames,
  outputNames,
  type OutputsOf,
  withSameAs,
} from "./core/declare";
import { DynamicResource, type HandlerModule } from "./core/resource";

/** The module that the engine's plugin loads for the resources of this package. */
export const HANDLERS: HandlerModule = {
  specifier: "@ocis-pocket-id/providers/handlers",
  token: "pocketid",
};

class Declared extends DynamicResource {
  constructor(
    { type, handler, properties }: Declaration,
    name: string,
    args: object,
    opts: pulumi.CustomResourceOptions | undefined,
  ) {
    const kind = { type, handler, computed: filledInNames(properties) };
    super(HANDLERS, kind, name, withSameAs(properties, args), opts);
    // The SDK makes an output of each property that it is given, and each takes time: the others are made when they are read.
    for (const output of outputNames(properties).filter((one) => !(one in this))) {
      Object.defineProperty(this, output, { get: () => pulumi.output(undefined) });
    }
  }
}

/**
 * What every resource in Pocket ID extends. The outputs of `PocketIdResource<typeof userGroup>` are those that the
 * declaration names: the SDK sets them when a resource is made, which the compiler can't see.
 */
export const PocketIdResource = Declared as unknown as new <D extends Declaration>(
  declaration: D,
  name: string,
  args: ArgsOf<D>,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource & OutputsOf<D>;
