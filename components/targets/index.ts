export * from "./arguments";
export { bundleTarget, type BundleTarget } from "./bundle";
export { DEFAULT_OCIS_IMAGE } from "./container";
export { dockerTarget, type DockerTarget } from "./docker";
