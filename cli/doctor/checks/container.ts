import type { ContainerFacts } from "../../stacks/subject";
import { type Finding, finding } from "../finding";

/** Linux's names of network file systems. */
const NETWORK_FILE_SYSTEM = /^(nfs4?|cifs|smb3|9p|vboxsf|fuse\.(sshfs|vmhgfs-fuse|glusterfs|rclone))$/;

/** Checks that the container has all settings, and a file system that can keep oCIS's files. */
export function checkContainer(container: ContainerFacts | undefined): Finding[] {
  if (container === undefined) return [];
  const { name, lacksSettings, dataFileSystem = "" } = container;
  const findings: Finding[] = [];
  if (lacksSettings) {
    findings.push(
      finding(
        "settings-missing",
        `oCIS in container '${name}' logs that its ocis.yaml lacks a setting of this version`,
        `run \`docker exec ${name} ocis init --diff\`, which writes what is missing to ocis.config.patch next to ocis.yaml and ` +
          "changes nothing else; apply it there with `patch`, and restart the container",
      ),
    );
  }
  if (NETWORK_FILE_SYSTEM.test(dataFileSystem)) {
    findings.push(
      finding(
        "data-on-network",
        `oCIS in container '${name}' keeps its files on a network file system (${dataFileSystem})`,
        `check that \`setfattr -n user.test -v 1 FILE\` works in that folder on the Docker host (NFS needs version 4.2); if it ` +
          "doesn't, move the files to a local disk",
      ),
    );
  }
  return findings;
}
