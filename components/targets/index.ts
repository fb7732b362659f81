export * from "./arguments";
export { bundleTarget, type BundleTarget } from "./bundle";
export { dockerTarget, type DockerTarget } from "./docker";
export { DEFAULT_OCIS_IMAGE } from "./image";
