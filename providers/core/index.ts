/** What resources of other packages are built with; the deployment's own are in @ocis-pocket-id/components. */
export { type Adoption, adoption } from "./adoption";
export { validatorOf } from "./schema";
export type { Declaration, Names } from "./declare";
export {
  type CheckContext,
  type Configuration,
  type Handler,
  handlerOf,
  type Operations,
  type ResourceRules,
} from "./handler";
export { HIDDEN, hidingForms, messageOf, printable } from "./message";
export { notice } from "./preview";
export { PartialFailure, type Problem } from "./message";
export { type HandlerModule, isPlain, type Registration, registration, type ResourceKind } from "./resource";
export { liveValues } from "./wire";
export { type Change, changesOf, isShouldBe, listChanges, shown } from "./wording";
