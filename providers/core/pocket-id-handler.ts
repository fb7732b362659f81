import { contractOf } from "./contract";
import type { DeclarationOf } from "./declare";
import { type Handler, handlerOf, type Operations } from "./handler";
import { objectOperations } from "./object";
import type { LiveObject, ObjectInputs, ObjectRules } from "./object-rules";
import { gated } from "./version-gate";
import { openPocketId, type PocketId } from "../pocket-id";

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
