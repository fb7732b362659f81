/** What resources of other packages are built with; the deployment's own are in @ocis-pocket-id/components. */
export { type Adoption, adoption } from "./adoption";
export {
  type CheckContext,
  type Configuration,
  type Handler,
  handlerOf,
  PartialFailure,
  type Problem,
  type ResourceRules,
} from "./handler";
export { messageOf, printable } from "./message";
export { DynamicResource, type HandlerModule, type ResourceKind } from "./resource";
