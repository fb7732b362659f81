import * as ofDeployment from "@ocis-pocket-id/components/handlers";
import * as ofPocketId from "@ocis-pocket-id/providers/handlers";

/** Every handler of both packages by name, as the engine's plugin process runs it. */
export const HANDLERS = { ...ofPocketId, ...ofDeployment };

export type HandlerName = keyof typeof HANDLERS;

/** Whether a handler manages objects in Pocket ID; the others manage this machine or Docker. */
export function isInPocketId(handler: HandlerName | undefined): boolean {
  return handler !== undefined && handler in ofPocketId;
}

/** The handler in a resource's `__provider`. Undefined for a resource of another package, and for a newer version's handler. */
export function handlerNameOf(text: unknown): HandlerName | undefined {
  if (typeof text !== "string") return undefined;
  const [, specifier = "", name = ""] = /require\("([^"]+)"\)\.(\w+)/.exec(text) ?? [];
  const module = {
    "@ocis-pocket-id/components/handlers": ofDeployment,
    "@ocis-pocket-id/providers/handlers": ofPocketId,
  }[specifier];
  return module !== undefined && name in module ? (name as HandlerName) : undefined;
}
