import * as pulumi from "@pulumi/pulumi";

/** A package's module of handlers, and the part of its type tokens that names it. */
export interface HandlerModule {
  /** What `require` takes. It ends up in users' state and never changes. */
  readonly specifier: string;
  /** The module in type tokens: `pocketid` of `pulumi-nodejs:dynamic/pocketid:UserGroup`. */
  readonly token: string;
}

/**
 * The text that the engine keeps in state and runs in its plugin process to find a resource's handler.
 *
 * It is the wire contract of `pulumi.dynamic.Resource` without its closure serializer: the code stays in the installed
 * package, so refresh and destroy always run what is installed, and the state stays small.
 */
export function handlerText({ specifier }: HandlerModule, handler: string): string {
  return `exports.handler = () => require("${specifier}").${handler};`;
}

/** How a class names itself: the last part of its type token, and its handler. */
export interface ResourceKind<HandlerName extends string = string> {
  readonly type: string;
  readonly handler: HandlerName;
  /** Properties that only the handler can know; declared so that programs can read them. */
  readonly computed?: readonly string[];
  /** Computed properties that are encrypted in state and hidden in output. */
  readonly secrets?: readonly string[];
}

/** What every resource of these packages extends: a custom resource whose handler lives in an installed package. */
export abstract class DynamicResource extends pulumi.CustomResource {
  protected constructor(
    module: HandlerModule,
    kind: ResourceKind,
    name: string,
    args: object,
    opts: pulumi.CustomResourceOptions | undefined,
  ) {
    const computed = Object.fromEntries((kind.computed ?? []).map((property) => [property, undefined]));
    super(
      `pulumi-nodejs:dynamic/${module.token}:${kind.type}`,
      name,
      { ...computed, ...args, __provider: handlerText(module, kind.handler) },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: [...(kind.secrets ?? [])] }),
    );
  }
}
