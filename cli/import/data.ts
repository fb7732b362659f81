import { shellWord } from "@ocis-pocket-id/components/docker-host";
import { isAbsolute, posix } from "node:path";
import { type DockerSetup, mountOf, type Part, type Setup } from "./setup";

/** Where csp.yaml and oCIS's two folders are in a container unless variables name others. */
export const PATHS = { csp: "/etc/ocis/csp.yaml", config: "/etc/ocis", data: "/var/lib/ocis" };

/** oCIS's two folders as a set-up has them. */
export const foldersOf = ({ environment }: Pick<Setup, "environment">) => ({
  config: environment["OCIS_CONFIG_DIR"] || PATHS.config,
  data: environment["OCIS_BASE_DATA_PATH"] || PATHS.data,
});

/** The two places with accounts and files. */
export function importVolumes(setup: DockerSetup): Part {
  const paths = foldersOf(setup);
  const [config, data] = [paths.config, paths.data].map((path) => {
    const found = mountOf(setup.mounts, path);
    if (found?.mount.source === undefined) return undefined;
    // A folder inside a volume can't be mounted by itself.
    if (found.below === "") return found.mount.source;
    return isAbsolute(found.mount.source) ? posix.join(found.mount.source, found.below) : undefined;
  });
  const blockers = [
    ...(config === undefined ? [noPlace(paths.config)] : []),
    ...(data === undefined ? [noPlace(paths.data)] : []),
    ...dataElsewhere(setup),
  ];
  if (config === undefined || data === undefined) return { blockers };
  if (isAbsolute(config) !== isAbsolute(data)) {
    blockers.push(
      `${config} and ${data} are a folder and a volume: copy one of them, so that both are of a kind, ${AGAIN}`,
    );
  }
  const volumes = { config, data };
  return {
    config: { volumes, ...(!(isAbsolute(config) && isAbsolute(data)) && { adoptVolumes: "true" }) },
    byHand: otherUser(setup, volumes),
    blockers,
  };
}

export const AGAIN = "start oCIS with it, and import again";

const noPlace = (path: string) =>
  `${path} is neither a volume with a name nor a folder of its own: copy its files out of the container into one, mount ` +
  `it there, ${AGAIN}`;

/** Folders below oCIS's data without which files or accounts would be missing. Others are made anew. */
const OF_PEOPLE = /^\/(storage|idm|nats|ocm)(\/|$)/;
const ROOTS = /^(STORAGE_\w+_ROOT|IDM_DATABASE_PATH|NATS_NATS_STORE_DIR)$/;

/** Accounts and files that the two folders don't contain: the new oCIS would start without them. */
export function dataElsewhere(setup: Setup): string[] {
  const { data } = foldersOf(setup);
  const inside = setup.mounts
    .filter(({ target }) => target.startsWith(`${data}/`) && OF_PEOPLE.test(target.slice(data.length)))
    .map(
      ({ source, target, what = "a volume without a name" }) =>
        `${target} is mounted by itself, from ${source ?? what}: move its files below what is mounted at ${data}, ${AGAIN}`,
    );
  const outside = Object.entries(setup.environment)
    .filter(
      ([name, path]) => ROOTS.test(name) && isAbsolute(path) && !`${path}/`.startsWith(`${PATHS.data}/`),
    )
    .map(([name, path]) => `${name} is ${path}: move its files below ${PATHS.data}, ${AGAIN}`);
  return [...inside, ...outside];
}

/** The image's own user. */
export const OCIS_ID = "1000";

/** Whether files are those of another user than the image's own. */
export function hasOtherUser({ user = "" }: Setup): boolean {
  const [id = "", group = id] = user.split(":");
  return user !== "" && !(id === OCIS_ID && group === OCIS_ID);
}

/** Files of another user, which the new container can't write. */
function otherUser(setup: DockerSetup, { config, data }: Record<"config" | "data", string>): string[] {
  if (!hasOtherUser(setup)) return [];
  const owner = `chown -R ${OCIS_ID}:${OCIS_ID}`;
  const [first, second] = [config, data].map(shellWord);
  const command = isAbsolute(data)
    ? `${owner} ${first} ${second}`
    : `docker run --rm -v ${first}:/config -v ${second}:/data busybox ${owner} /config /data`;
  return [
    `oCIS runs as user ${setup.user ?? ""}, and the new container as ${OCIS_ID}: before up, run \`${command}\``,
  ];
}

/** Mounts that have no place in our container. */
export function filesLeft(setup: DockerSetup, newName: string): string[] {
  const { mounts, environment } = setup;
  const { config, data } = foldersOf(setup);
  const imported = [config, data, environment["PROXY_CSP_CONFIG_FILE_LOCATION"] || PATHS.csp];
  return mounts
    .filter(({ target }) => !imported.includes(target.replace(/\/$/, "")) && !isAuthority(target))
    .filter(({ target }) => !imported.some((path) => path.startsWith(`${target}/`)))
    .map(({ source, target }) =>
      source !== undefined && isAbsolute(source) && target.startsWith(`${config}/`)
        ? `${target} is mounted from ${source}: after up, run \`docker cp ${source} ${newName}:${target.replace(config, PATHS.config)}\`, and restart the container`
        : `${target} isn't mounted any more (${source ?? "it has no name outside"})`,
    );
}

/** Folders in which programs look for authorities to trust. */
const AUTHORITIES = ["/etc/ssl/certs", "/usr/local/share/ca-certificates"];

export const isAuthority = (target: string) => AUTHORITIES.some((folder) => target.startsWith(`${folder}/`));
