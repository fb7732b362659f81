export { Docker, DockerError, openDocker, type CommandResult, type OpenDocker } from "./docker";
export { OWNER_LABEL } from "./owner-label";
