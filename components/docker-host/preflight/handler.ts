import {
  handlerOf,
  messageOf,
  notice,
  type Problem,
  type ResourceRules,
} from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { type Docker, openDocker, type OpenDocker } from "../docker";
import { PRODUCT_KEYS, productOf } from "../../settings/products";
import { dockerHostSettings } from "../host";
import * as checks from "./checks";
import type { Known, Plan } from "./data";
import { checkData, isFolder, isPlan, makeVolumes, nameVolumesLeft } from "./data";
import { areFilled } from "./folders";
import { backupInState, lastBackup } from "./last-backup";
import { secretsPlace } from "./secrets";
import { explainUpgrade, upgradeProblem } from "./upgrade";

const name = z.string({ error: "must be text" }).min(1, "must not be empty");
const port = z
  .int({ error: "must be a whole number" })
  .min(1, "must be 1 to 65535")
  .max(65_535, "must be 1 to 65535");
const flag = z.boolean({ error: "must be true or false" }).default(false);

const schema = z.object({
  docker: dockerHostSettings,
  product: z.enum(PRODUCT_KEYS).optional(),
  owner: name,
  containerName: name.regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]+$/,
    "must have two or more letters, digits, '_', '.' or '-'",
  ),
  image: name.regex(/^\S+$/, "must not contain blanks"),
  configVolume: name,
  dataVolume: name,
  adoptVolumes: flag,
  allowEmptyVolumes: flag,
  allowDowngrade: flag,
  pocketIdImage: name.optional(),
  ocisSecrets: z.enum(["stack", "volume"], { error: "must be stack or volume" }).optional(),
  fingerprint: name.optional(),
  requireBackupHours: z.number({ error: "must be a number of hours" }).positive().optional(),
  networks: z.array(name).default([]),
  ports: z.array(z.strictObject({ ip: z.string(), port })).default([]),
  // Not for programs to set: what answers there, where oCIS's secrets are, and when it was backed up, for policies; and where
  // the data is, for the next run to compare with.
  podman: z.boolean().optional(),
  secretsIn: z.enum(["stack", "volume"]).optional(),
  lastBackup: z.string().optional(),
  url: z.string().optional(),
  filled: z.boolean().optional(),
});

type Inputs = z.output<typeof schema>;

const rules: ResourceRules<Inputs, Inputs, OpenDocker> = {
  inputs: schema,
  // What the program asks for shows in secretsIn.
  notCompared: [
    ...(["allowDowngrade", "requireBackupHours", "ocisSecrets", "fingerprint"] as const),
    ...(["lastBackup", "url", "filled"] as const),
  ],

  async derive(inputs, { unknown, olds, open }) {
    if (unknown.includes("docker") || !isPlan(inputs)) return {};
    const { configVolume: config, dataVolume: data } = inputs;
    const before = kept(olds);
    try {
      const opened = open()(inputs.docker);
      const { url, isLocal } = opened.host;
      const filled = isLocal && isFolder(config) && (await areFilled(config, data));
      const podman = await opened.isPodman().catch(() => undefined);
      const secretsIn = await secretsPlace(opened, inputs, olds["secretsIn"]).catch(() => before.secretsIn);
      const lastBackup = await backupInState(opened, inputs, olds).catch(() => before.lastBackup);
      return {
        ...{ ...before, url },
        ...(podman === undefined ? {} : { podman }),
        ...(filled ? { filled } : {}),
        ...(secretsIn === undefined ? {} : { secretsIn }),
        ...(lastBackup === undefined ? {} : { lastBackup }),
      };
    } catch {
      // What is wrong with the address is a problem, found next.
      return before;
    }
  },

  async problems(inputs, { creating, unknown, olds, open }): Promise<Problem[]> {
    if (!isPlan(inputs)) return [];
    const { image, allowDowngrade } = inputs;
    if (image !== undefined) {
      const product = productOf(inputs.product);
      const reason =
        checks.imageNameProblem(image, product) ??
        checks.imageChangeProblem(olds["image"], image, allowDowngrade, product);
      if (reason !== undefined) return [{ property: "image", reason }];
    }
    if (unknown.includes("docker")) return [];
    if (creating || inputs.ocisSecrets === "stack") reportForeignSecrets(inputs);
    const changed = checks.isChanged({ ...inputs, lastBackup: olds["lastBackup"] }, olds);
    try {
      const docker = open()(inputs.docker);
      const product = productOf(inputs.product);
      const known = creating ? {} : olds;
      if (product.key === "ocis") explainUpgrade(inputs.image, known);
      const unsaved = await upgradeProblem(inputs, known, () =>
        lastBackup(docker, String(olds["containerName"]), product),
      );
      if (unsaved !== undefined) return [unsaved];
      return await (changed ? findProblems(docker, inputs, known, true) : checkData(docker, inputs, olds));
    } catch (error) {
      if (changed) return [{ property: "docker", reason: messageOf(error) }];
      // With nothing to do, a preview stays possible without Docker.
      notice(`warning: ${productOf(inputs.product).title}'s data was not checked: ${messageOf(error)}`);
      return [];
    }
  },

  async create(inputs, open) {
    await prepare(inputs, open, {});
    return { id: inputs.containerName, outputs: inputs };
  },

  async update(_id, olds, news, open) {
    await prepare(news, open, olds);
    return news;
  },

  // Docker has no object for this: what was checked was true at that time.
  read: (_id, olds) => Promise.resolve(olds),
  delete: (_id, olds, open) => nameVolumesLeft(olds, () => open(olds.docker)),
};

/** An ocis.yaml that isn't the stack's stays. */
function reportForeignSecrets({ ocisSecrets, secretsIn, configVolume }: Partial<Inputs>): void {
  if (secretsIn !== "volume" || ocisSecrets === "volume") return;
  notice(
    `'${configVolume ?? ""}' has an ocis.yaml that isn't from this stack: it stays, and its secrets are only there, so back up both ` +
      "volumes",
  );
}

/** What was known of the host, and still is if it doesn't answer. */
function kept({ podman, secretsIn, lastBackup }: Readonly<Record<string, unknown>>): Partial<Inputs> {
  return {
    ...(podman === undefined ? {} : { podman: podman === true }),
    ...(secretsIn === "stack" || secretsIn === "volume" ? { secretsIn } : {}),
    ...(typeof lastBackup === "string" ? { lastBackup } : {}),
  };
}

/** The handler of {@link DockerPreflight}. */
export const dockerPreflight = handlerOf(rules, openDocker);

/**
 * Everything but networks, as one that the same program makes is not there yet at preview.
 *
 * @param isPreview whether another oCIS on the same data may still run
 */
async function findProblems(
  docker: Docker,
  plan: Plan,
  known: Known,
  isPreview: boolean,
): Promise<Problem[]> {
  const predecessor = await checks.findPredecessor(docker, plan, known.owner);
  if (predecessor !== undefined && isPreview) notice(`warning: ${predecessor.problem.reason}`);
  const findings = [
    ...(await checkData(docker, plan, known)),
    isPreview ? undefined : predecessor?.problem,
    await checks.checkContainer(docker, plan, known.containerName !== plan.containerName),
    ...(await checks.checkPorts(docker, plan, known.owner, { leaving: predecessor?.container })),
    await checks.checkImage(docker, plan),
  ];
  return findings.filter((finding) => finding !== undefined);
}

async function prepare(inputs: Inputs, open: OpenDocker, known: Known): Promise<void> {
  const docker = open(inputs.docker);
  await checks.checkNetworks(docker, inputs.networks);
  const [problem] = await findProblems(docker, inputs, known, false);
  if (problem !== undefined) throw new Error(problem.reason);
  await makeVolumes(docker, inputs);
}
