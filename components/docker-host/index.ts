export { type Container, type Labels, OWNER_LABEL } from "./answers";
export { DockerError } from "./api";
export { type CommandResult, Docker, openDocker, type OpenDocker } from "./docker";
export { type DockerHost, dockerHost, dockerHostSettings, type DockerHostSettings } from "./host";
export { type Verdict, waitWhile } from "./waiting";
export { LAST_BACKUP } from "./preflight/last-backup";
export {
  hostAndPort,
  isAlarming,
  plainName,
  readable,
  reasonIn,
  type Reasons,
  redact,
  shellWord,
} from "./text";
