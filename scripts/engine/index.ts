export { cacheDirectory, ENGINE_VERSION } from "./cache";
export { findDocker, type DockerSearch } from "./docker";
export { findDockerPlugin, type DockerPluginOptions, type DockerPluginSearch } from "./docker-plugin";
export { engineEnvironment, type Engine, type EngineEnvironmentOptions } from "./engine";
export { EngineNotFoundError, findEngine, type FindEngineOptions, findPresentEngine } from "./find-engine";
export { MINIMUM_CLI_VERSION } from "./on-path";
