export { DockerError } from "./api";
export { type CommandResult, Docker, openDocker, type OpenDocker } from "./docker";
export { type DockerHost, dockerHost } from "./host";
export { hostAndPort } from "./host-and-port";
export { isAlarming, readable } from "./log-line";
export type { Container, Labels } from "./objects";
export { OWNER_LABEL } from "./owner-label";
export { shellWord } from "./shell-word";
export { dockerHostSettings, type DockerHostSettings } from "./settings";
