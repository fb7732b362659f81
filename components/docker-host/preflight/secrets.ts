import { fingerprintIn } from "../../settings/ocis-yaml";
import { OWNER_LABEL } from "../answers";
import type { Docker } from "../docker";
import { isFolder, type Plan } from "./data";
import { holdsOcis } from "./folders";

/** Where oCIS's own secrets are kept: in state, or only in the config volume. */
export type SecretsPlace = "stack" | "volume";

/** What decides where the secrets are. */
export type SecretsPlan = Pick<Plan, "owner" | "containerName" | "configVolume" | "dataVolume"> & {
  /** What the program asks for. */
  readonly ocisSecrets?: SecretsPlace | undefined;
  /** Of the stack's secrets; undefined while it has none. */
  readonly fingerprint?: string | undefined;
};

/**
 * Where oCIS's secrets are. The ocis.yaml that oCIS uses decides: one that isn't the stack's stays, because accounts
 * depend on its passwords. If it can't be read, it's where it was; and the volume, if there was data before this stack.
 *
 * @param before in state; undefined for none
 */
export async function secretsPlace(
  docker: Docker,
  plan: SecretsPlan,
  before: unknown,
): Promise<SecretsPlace> {
  if (plan.ocisSecrets === "volume") return "volume";
  const file = await configurationOf(docker, plan).catch(() => undefined);
  if (file !== undefined) {
    const fingerprint = fingerprintIn(file.toString("utf8"));
    // While the stack's own one isn't known, it has just been created.
    return fingerprint !== undefined && fingerprint === plan.fingerprint ? "stack" : "volume";
  }
  if (before === "stack" || before === "volume") return before;
  return (await holdsData(docker, plan)) ? "volume" : "stack";
}

/** The ocis.yaml of our container; undefined without one. */
async function configurationOf(docker: Docker, { containerName, owner }: SecretsPlan) {
  const container = await docker.findContainer(containerName);
  if (container?.Config.Labels?.[OWNER_LABEL] !== owner) return undefined;
  return docker.readFile(containerName, "/etc/ocis/ocis.yaml");
}

/** Whether there is data of an oCIS already, as far as it can be seen. */
async function holdsData(docker: Docker, { configVolume, dataVolume }: SecretsPlan): Promise<boolean> {
  if (isFolder(configVolume)) return docker.host.isLocal && (await holdsOcis(configVolume, dataVolume));
  const volumes = [await docker.findVolume(configVolume), await docker.findVolume(dataVolume)];
  return volumes.some((volume) => volume !== undefined);
}
