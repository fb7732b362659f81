import { type Container, type Docker, openDocker } from "@ocis-pocket-id/components/docker-host";
import { productOf, PRODUCTS } from "@ocis-pocket-id/components";
import { shown } from "@ocis-pocket-id/providers/core";
import { componentsOf, type StackSnapshot } from "../stacks";
import { dockerHostOf, variablesIn } from "../stacks/docker";
import type { ContainerFacts, Overridden, Subject } from "../stacks/subject";
import { type Finding, finding } from "./finding";

/** The data folder in a product's image. */
const DATA = Object.keys(PRODUCTS).map((key) => `/var/lib/${key}`);

/** What the address is set by. */
export const ADDRESS = Object.values(PRODUCTS).map(({ prefix }) => `${prefix}_URL`);

export const LOG_LINES = 500;

/**
 * The container of an oCIS in Docker. Undefined without a container in state, or if Docker doesn't answer; `drift`
 * reports both.
 */
export async function readContainer(
  { resources }: Pick<StackSnapshot, "resources">,
  ocisUrl: string,
): Promise<ContainerFacts | undefined> {
  const container = resources.find(({ type, inputs }) => {
    const lines: unknown = inputs["envs"];
    const isOurs = Array.isArray(lines) && ADDRESS.some((name) => lines.includes(`${name}=${ocisUrl}`));
    return isOurs && type === "docker:index/container:Container";
  });
  if (container === undefined) return undefined;
  try {
    const docker = openDocker()(dockerHostOf(container));
    // One that was recreated by hand has another ID.
    const found =
      (await docker.findContainer(container.id)) ?? (await docker.findContainer(nameOf(container)));
    return found === undefined ? undefined : await factsOf(docker, found);
  } catch {
    return undefined;
  }
}

const nameOf = ({ inputs, outputs }: StackSnapshot["resources"][number]) =>
  String(outputs["name"] ?? inputs["name"]);

/** The stack's containers that don't run, as far as Docker answers. */
export async function findStopped({ resources }: Pick<StackSnapshot, "resources">): Promise<Finding[]> {
  const containers = resources.filter(({ type }) => type === "docker:index/container:Container");
  const findings = containers.map(async (container): Promise<Finding[]> => {
    const name = nameOf(container);
    try {
      const found = await openDocker()(dockerHostOf(container)).findContainer(name);
      return found === undefined
        ? [
            finding(
              "container-down",
              `container '${name}' is gone`,
              "run `pulumi up --refresh`, and `pulumi up` if that fails",
            ),
          ]
        : checkRuns(name, found);
    } catch {
      return [];
    }
  });
  return (await Promise.all(findings)).flat();
}

/** Whether a container runs, as Docker describes it. */
export function checkRuns(
  name: string,
  { State, RestartCount = 0 }: Pick<Container, "State" | "RestartCount">,
): Finding[] {
  if (State.Restarting) {
    const what = `container '${name}' stops again and again (${RestartCount} restarts)`;
    return [finding("container-down", what, `read why in \`docker logs ${name}\``)];
  }
  if (State.Running && !State.Paused) return [];
  const [state, verb] = State.Paused ? ["paused", "unpause"] : ["stopped", "start"];
  return [finding("container-down", `container '${name}' is ${state}`, `run \`docker ${verb} ${name}\``)];
}

async function factsOf(docker: Docker, { Id: id, Name, Config, State }: Container): Promise<ContainerFacts> {
  const log = await docker.lastLogLines(id, LOG_LINES);
  // Nothing can run in a container that stops again and again, and it may be one in the meantime.
  const isUp = State.Running && !State.Restarting;
  const mounts = isUp ? await docker.run(id, ["cat", "/proc/mounts"]).catch(ignored) : ignored();
  const environment = Object.fromEntries(variablesIn(Config.Env ?? []));
  return { name: Name.replace(/^\//, ""), environment, ...factsIn(log, mounts.output) };
}

/** What log and /proc/mounts of an oCIS tell. */
export function factsIn(log: readonly string[], mounts: string) {
  const mounted = mounts.split("\n").map((line) => line.split(" "));
  return {
    // oCIS's own words for any setting that ocis.yaml lacks (ocis-pkg/shared/errors.go).
    lacksSettings: log.some((line) => /\b(ocis|opencloud) init --diff/.test(line)),
    // A line of Linux's is `DEVICE FOLDER TYPE ...`.
    dataFileSystem: mounted.findLast(([, folder = ""]) => DATA.includes(folder))?.[2],
  };
}

const ignored = () => ({ output: "" });

/** The folder of an oCIS's compose.yaml; undefined if it isn't a bundle. */
export function bundleOf({ resources }: StackSnapshot, ocisUrl: string): string | undefined {
  const component = componentsOf(resources).find(({ outputs }) => outputs["ocisUrl"] === ocisUrl);
  const deployment = component?.outputs["deployment"] as { directory?: string } | undefined;
  return deployment?.directory;
}

/** Linux's names of network file systems. */
const NETWORK_FILE_SYSTEM = /^(nfs4?|cifs|smb3|9p|vboxsf|fuse\.(sshfs|vmhgfs-fuse|glusterfs|rclone))$/;

/** Checks that the container has all settings, and a file system that can keep oCIS's files. */
export function checkContainer({ container, product }: Pick<Subject, "container" | "product">): Finding[] {
  if (container === undefined) return [];
  const { key, title, prefix } = productOf(product);
  const { name, lacksSettings, dataFileSystem = "", pod } = container;
  const where = `${title} in ${pod === undefined ? "container" : "pod"} '${name}'`;
  const findings: Finding[] = [];
  if (lacksSettings) {
    const what = `${where} logs that its ${key}.yaml lacks a setting of this version`;
    // In a container that stops again and again, nothing can run; without the variable, `init` asks forever.
    const command =
      pod === undefined
        ? `docker run --rm --volumes-from ${name} --env ${prefix}_INSECURE=false --entrypoint ${key} ` +
          `$(docker inspect --format '{{.Image}}' ${name}) init --diff`
        : `kubectl exec ${name} --namespace=${pod.namespace} -- env ${prefix}_INSECURE=false ${key} init --diff`;
    const fix =
      `run \`${command}\`, which writes what is missing to ${key}.config.patch next to ${key}.yaml and ` +
      "changes nothing else; apply it there with `patch`, and restart the container";
    findings.push(finding("settings-missing", what, fix));
  }
  if (NETWORK_FILE_SYSTEM.test(dataFileSystem)) {
    const what = `${where} keeps its files on a network file system (${dataFileSystem})`;
    findings.push(
      pod === undefined
        ? finding("data-on-network", what)
        : finding("data-on-network", what, "move the files to a StorageClass of block storage"),
    );
  }
  return findings;
}

/** Finds variables that the program overrides. @param showValues whether their values are printed */
export function checkEnvironment(overridden: readonly Overridden[], showValues: boolean): Finding[] {
  return overridden.map(({ name, ours, value }) => {
    const values = showValues && value !== undefined ? `: ${shown(value)} instead of '${ours}'` : "";
    return finding("environment-overridden", `the stack overrides ${name}${values}`);
  });
}

/** Checks the stack's settings, and those of the container only if the stack's are right. */
export function checkSettings(subject: Subject): Finding[] {
  const { environment = {}, container } = subject;
  const remove = "remove the variable from overrideEnvironment of the stack, then run `pulumi up`";
  const ofStack = checkLoginSettings(environment, subject, "the stack's environment", remove);
  if (ofStack.length > 0 || container === undefined) return ofStack;
  const [where, otherwise] =
    container.pod === undefined
      ? ["container", "`docker rm -f` the container first"]
      : ["pod", `\`kubectl delete pod ${container.name} --namespace=${container.pod.namespace}\``];
  const refresh = `run \`pulumi up --refresh\`; if that changes nothing, ${otherwise}`;
  return checkLoginSettings(container.environment, subject, `the running ${where}'s environment`, refresh);
}

/**
 * Finds settings of oCIS with which every login fails. Values aren't printed, because they can be secrets.
 *
 * @param where `the stack's environment`
 */
export function checkLoginSettings(
  variables: Readonly<Record<string, string>>,
  { issuer, claimKey, product }: Pick<Subject, "issuer" | "claimKey" | "product">,
  where: string,
  fix: string,
): Finding[] {
  const expected: Readonly<Record<string, string>> = {
    PROXY_OIDC_ISSUER: issuer,
    // The most specific name counts.
    ...(variables["PROXY_OIDC_ISSUER"] === undefined
      ? { [`${productOf(product).prefix}_OIDC_ISSUER`]: issuer }
      : {}),
    PROXY_ROLE_ASSIGNMENT_DRIVER: "oidc",
    PROXY_ROLE_ASSIGNMENT_OIDC_CLAIM: claimKey,
  };
  const wrong = Object.entries(expected)
    .filter(([name, value]) => (variables[name] ?? value) !== value)
    .map(([name, value]) => `${name} isn't '${value}'`);
  // The values that Go's strconv.ParseBool reads as true.
  if (/^(1|t|T|true|TRUE|True)$/.test(variables["PROXY_OIDC_SKIP_USER_INFO"] ?? "")) {
    wrong.push("PROXY_OIDC_SKIP_USER_INFO is true");
  }
  return wrong.map((what) => finding("environment-breaks-logins", `in ${where} ${what}`, fix));
}
