/** What resources of other packages are built with; the deployment's own are in @ocis-pocket-id/components. */
export { type Adoption, adoption } from "./adoption";
export { validatorOf } from "./contract";
export type { Declaration, Names } from "./declare";
export {
  type CheckContext,
  type Configuration,
  type Handler,
  handlerOf,
  type Operations,
  type ResourceRules,
} from "./handler";
export { isPlain } from "./is-plain";
export { HIDDEN, hidingForms, messageOf, printable } from "./message";
export { notice } from "./notice";
export { PartialFailure } from "./one-line";
export type { Problem } from "./problems";
export { DynamicResource, type HandlerModule, type ResourceKind } from "./resource";
export { liveValues } from "./wire";
export { type Change, changesOf, isShouldBe, listChanges, shown } from "./wording";
