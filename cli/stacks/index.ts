export { chooseStacks, type StackChoice, withProjectOptions, withStackOptions } from "./choose";
export { componentsOf } from "./components";
export { type Hide, hiddenIn } from "./hide";
export type { Passphrase, Passphrases } from "./passphrases";
export { openProject, type Project, type ProjectChoice, type StackSummary } from "./project";
export {
  type Properties,
  type ProviderConfiguration,
  readSnapshot,
  type SnapshotResource,
  type StackSnapshot,
} from "./snapshot";
