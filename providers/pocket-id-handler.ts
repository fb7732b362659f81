import { contractOf } from "./core/contract";
import type { DeclarationOf } from "./core/declare";
import { type Handler, handlerOf, type Operations } from "./core/handler";
import { objectOperations } from "./core/object";
import type { LiveObject, ObjectInputs, ObjectRules } from "./core/object-rules";
import { gated } from "./core/version-gate";
import { openPocketId, type PocketId } from "./pocket-id";

/** The handler of a declared resource. */
export function pocketIdHandler<Inputs extends object, Outputs extends Inputs>(
  declaration: DeclarationOf<Inputs>,
  operations: Operations<Inputs, Outputs, PocketId>,
): Handler {
  return handlerOf({ ...contractOf(declaration), ...gated(declaration, operations) }, openPocketId);
}

/** The handler of a declared object, which can be adopted. */
export function objectHandler<Inputs extends ObjectInputs, Live extends LiveObject>(
  declaration: DeclarationOf<Inputs>,
  rules: ObjectRules<Inputs, Live>,
): Handler {
  return pocketIdHandler(declaration, objectOperations(declaration, rules));
}
