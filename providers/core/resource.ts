import * as pulumi from "@pulumi/pulumi";
import { type ArgsOf, type Declaration, namesOf, type OutputsOf, withSameAs } from "./declare";
import { SECRETS } from "./message";
import { refuseKeyInClear } from "./program-error";

/** True for a value without any output or promise in it: it can be checked before anything is registered. */
export function isPlain(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isPlain);
}

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

/** A resource class: the last part of its type token, and its handler. */
export interface ResourceKind<HandlerName extends string = string> {
  readonly type: string;
  readonly handler: HandlerName;
  /** Properties that only the handler can compute; declared so that programs can read them. */
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
    refuseKeyInClear();
    super(
      `pulumi-nodejs:dynamic/${module.token}:${kind.type}`,
      name,
      { ...computed, ...args, ...secretNames(args), __provider: handlerText(module, kind.handler) },
      pulumi.mergeOptions(opts, { additionalSecretOutputs: [...(kind.secrets ?? [])] }),
    );
  }
}

/** Names the arguments that are secrets: handlers get all values in clear, and must not print those. */
function secretNames(args: object): { readonly [SECRETS]?: pulumi.Output<string[] | undefined> } {
  const outputs = Object.entries(args).filter(([, value]) => !isPlain(value));
  if (outputs.length === 0) return {};
  const secrets = outputs.map(async ([name, value]) => {
    // The engine reports outputs that failed.
    const isSecret = await pulumi.isSecret(pulumi.output(value)).catch(() => false);
    return isSecret ? [name] : [];
  });
  const names = Promise.all(secrets).then((found) => found.flat());
  return { [SECRETS]: pulumi.output(names.then((found) => (found.length > 0 ? found : undefined))) };
}

/** The module that the engine's plugin loads for the resources of this package. */
export const HANDLERS: HandlerModule = {
  specifier: "@ocis-pocket-id/providers/handlers",
  token: "pocketid",
};

class DeclaredResource extends DynamicResource {
  constructor(
    { type, handler, properties }: Declaration,
    name: string,
    args: object,
    opts: pulumi.CustomResourceOptions | undefined,
  ) {
    // A resource may have these even if the program leaves them out.
    const computed = namesOf(properties, (one) => (one.computed ?? one.filledIn ?? one.shown) === true);
    super(HANDLERS, { type, handler, computed }, name, withSameAs(properties, args), opts);
    const outputs = namesOf(properties, ({ default: otherwise, shown, internal }) => {
      return internal !== true && (otherwise === undefined || shown === true);
    });
    // The SDK makes an output of each property that it is given, and each takes time: others are made when they are read.
    for (const output of outputs.filter((one) => !(one in this))) {
      Object.defineProperty(this, output, { get: () => pulumi.output(undefined) });
    }
  }
}

/**
 * What every resource in Pocket ID extends: `class UserGroup extends PocketIdResource<typeof userGroup>`. Its outputs are those
 * that the declaration names: the SDK sets them when a resource is made, which the compiler can't see.
 */
export const PocketIdResource = DeclaredResource as unknown as new <D extends Declaration>(
  declaration: D,
  name: string,
  args: ArgsOf<D>,
  opts?: pulumi.CustomResourceOptions,
) => pulumi.CustomResource & OutputsOf<D>;
