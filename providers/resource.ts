import * as pulumi from "@pulumi/pulumi";

/** The handlers that `handlers.ts` exports. */
export type HandlerName =
  | "allowedOidcClients"
  | "customClaims"
  | "dockerPreflight"
  | "generatedSecret"
  | "localFiles"
  | "ocisReady"
  | "oidcClient"
  | "userGroup"
  | "userGroupMembers";

/**
 * The text that the engine keeps in state and runs in its plugin process to find a resource's handler.
 *
 * It is the wire contract of `pulumi.dynamic.Resource` without its closure serializer: the code stays in the installed
 * package, so refresh and destroy always run what is installed, and the state stays small. The specifier ends up in
 * users' state and never changes.
 */
export function handlerText(handler: HandlerName): string {
  return `exports.handler = () => require("@ocis-pocket-id/providers/handlers").${handler};`;
}

/** How a class names itself: the last part of its type token, and its handler. */
export interface ResourceKind {
  readonly type: string;
  readonly handler: HandlerName;
  /** Properties that only the handler can know; declared so that programs can read them. */
  readonly computed?: readonly string[];
  /** Computed properties that are encrypted in state and hidden in output. */
  readonly secrets?: readonly string[];
}

/** What every resource of this package extends: a custom resource whose handler lives in this package. */
export abstract class DynamicResource extends pulumi.CustomResource {
  protected constructor(
    kind: ResourceKind,
    name: string,
    args: object,
    options: pulumi.CustomResourceOptions | undefined,
  ) {
    const computed = Object.fromEntries((kind.computed ?? []).map((property) => [property, undefined]));
    super(
      `pulumi-nodejs:dynamic/pocketid:${kind.type}`,
      name,
      { ...computed, ...args, __provider: handlerText(kind.handler) },
      pulumi.mergeOptions(options, { additionalSecretOutputs: [...(kind.secrets ?? [])] }),
    );
  }
}
