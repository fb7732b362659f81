import * as pulumi from "./sdk";
import { type Declaration, namesOf, type OutputsOf, type Properties, withSameAs } from "./declare";
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

/** What `super` takes in a custom resource. */
export type Registration = ConstructorParameters<typeof pulumi.CustomResource>;

/**
 * What a custom resource passes to `super` if its handler lives in an installed package.
 *
 * No class of ours stands between a resource and the SDK's: Pulumi takes the caller of the resource's own constructor for the
 * place in the program that declares it, and writes the whole stack into the state.
 */
export function registration(
  module: HandlerModule,
  kind: ResourceKind,
  name: string,
  args: object,
  opts: pulumi.CustomResourceOptions | undefined,
): Registration {
  const computed = Object.fromEntries((kind.computed ?? []).map((property) => [property, undefined]));
  refuseKeyInClear();
  return [
    `pulumi-nodejs:dynamic/${module.token}:${kind.type}`,
    name,
    { ...computed, ...args, ...secretNames(args), __provider: handlerText(module, kind.handler) },
    pulumi.mergeOptions(opts, { additionalSecretOutputs: [...(kind.secrets ?? [])] }),
  ];
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

/**
 * What every resource in Pocket ID extends: `class UserGroup extends PocketIdResource<typeof userGroup>`. Its outputs are those
 * that the declaration names: the SDK sets them when a resource is made, which the compiler can't see.
 */
export const PocketIdResource = pulumi.CustomResource as unknown as new <D extends Declaration>(
  ...registration: Registration
) => pulumi.CustomResource & OutputsOf<D>;

/**
 * What a resource in Pocket ID passes to `super`.
 *
 * @param its the resource's class: `new.target`
 */
export function declared(
  its: { readonly prototype: object },
  { type, handler, properties }: Declaration,
  name: string,
  args: object,
  opts: pulumi.CustomResourceOptions | undefined,
): Registration {
  // A resource may have these even if the program leaves them out.
  const computed = namesOf(properties, (one) => (one.computed ?? one.filledIn ?? one.shown) === true);
  defineOutputs(its.prototype, properties);
  return registration(HANDLERS, { type, handler, computed }, name, withSameAs(properties, args), opts);
}

/** The SDK makes an output of each property that it is given, and each takes time: others are made when they are read. */
function defineOutputs(prototype: object, properties: Properties): void {
  const outputs = namesOf(properties, ({ default: otherwise, shown, internal }) => {
    return internal !== true && (otherwise === undefined || shown === true);
  });
  for (const output of outputs.filter((one) => !(one in prototype))) {
    Object.defineProperty(prototype, output, {
      get: () => pulumi.output(undefined),
      set(value: unknown) {
        Object.defineProperty(this, output, { value, enumerable: true, writable: true, configurable: true });
      },
    });
  }
}
