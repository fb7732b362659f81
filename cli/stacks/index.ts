export { chooseStacks } from "./choose";
export { onStack, openProject, type Project } from "./project";
export { type Hide, hiddenIn } from "./secrets";
export {
  componentsOf,
  type Properties,
  type ProviderConfiguration,
  readSnapshot,
  type SnapshotResource,
  type StackSnapshot,
} from "./snapshot";
