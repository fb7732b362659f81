export { Docker, DockerError, openDocker, type CommandResult, type OpenDocker } from "./docker";
export { isAlarming, readable } from "./log-line";
export { OWNER_LABEL } from "./owner-label";
