export { chooseStacks, type StackChoice, withProjectOption, withStackOptions } from "./choose";
export { openProject, type Project, type StackSummary } from "./project";
export {
  type Properties,
  type ProviderConfiguration,
  readSnapshot,
  type SnapshotResource,
  type StackSnapshot,
} from "./snapshot";
