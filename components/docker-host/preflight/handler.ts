import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type Docker, type OpenDocker, openDocker } from "..";
import { handlerOf, messageOf, type Problem, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { checkImageChange } from "./image-version";
import {
  checkContainer,
  checkImage,
  checkNetworks,
  checkPorts,
  checkVolumes,
  type KnownVolumes,
  type Plan,
} from "./checks";

interface Inputs extends Plan {
  dockerHost?: string;
  image: string;
  networks: string[];
  allowDowngrade: boolean;
}

const name = z.string({ error: "must be text" }).min(1, "must not be empty");
const port = z
  .int({ error: "must be a whole number" })
  .min(1, "must be 1 to 65535")
  .max(65_535, "must be 1 to 65535");

const rules: ResourceRules<Inputs, Inputs, OpenDocker> = {
  inputs: z.object({
    dockerHost: z.string({ error: "must be text" }).optional(),
    owner: name,
    containerName: name.regex(
      /^[A-Za-z0-9][A-Za-z0-9_.-]+$/,
      "must have two or more letters, digits, '_', '.' or '-'",
    ),
    image: name.regex(/^\S+$/, "must not have blanks in it"),
    configVolume: name,
    dataVolume: name,
    adoptVolumes: z.boolean({ error: "must be true or false" }).default(false),
    allowDowngrade: z.boolean({ error: "must be true or false" }).default(false),
    networks: z.array(name).default([]),
    ports: z.array(z.strictObject({ ip: z.string(), port })).default([]),
  }),

  notCompared: ["allowDowngrade"],

  async problems(inputs, { creating, unknown, olds, open }): Promise<Problem[]> {
    const changed = Object.entries(inputs).some(([key, value]) => !isDeepStrictEqual(olds[key], value));
    const plan = planOf(inputs);
    if (plan?.image !== undefined) {
      const problems = checkImageChange(olds["image"], plan.image, inputs.allowDowngrade ?? false);
      if (problems.length > 0) return problems;
    }
    if (!changed || plan === undefined || unknown.includes("dockerHost")) return [];
    try {
      return await findProblems(open()(inputs.dockerHost), plan, creating ? {} : olds);
    } catch (error) {
      return [{ property: "dockerHost", reason: messageOf(error) }];
    }
  },

  async create(inputs, open) {
    await insist(inputs, open, {});
    return { id: inputs.containerName, outputs: inputs };
  },

  async update(_id, olds, news, open) {
    await insist(news, open, olds);
    return news;
  },

  // There is no such thing in Docker: what was checked was true then.
  read: (_id, olds) => Promise.resolve(olds),
  delete: (_id, olds, open) => nameVolumesLeft(olds, open),
};

/** The handler of {@link DockerPreflight}. */
export const dockerPreflight = handlerOf(rules, openDocker);

/** What state knows of the plan before; empty when nothing was made yet. */
type KnownPlan = KnownVolumes & { readonly containerName?: unknown; readonly owner?: unknown };

/** Everything but networks, as one that the same program makes is not there yet at preview. */
async function findProblems(docker: Docker, plan: Plan, known: KnownPlan): Promise<Problem[]> {
  const findings = [
    ...(await checkVolumes(docker, plan, known)),
    await checkContainer(docker, plan, known.containerName !== plan.containerName),
    ...(await checkPorts(docker, plan, known.owner)),
    await checkImage(docker, plan),
  ];
  return findings.filter((finding) => finding !== undefined);
}

async function insist(inputs: Inputs, open: OpenDocker, known: KnownPlan): Promise<void> {
  const docker = open(inputs.dockerHost);
  await checkNetworks(docker, inputs.networks);
  const [problem] = await findProblems(docker, inputs, known);
  if (problem !== undefined) throw new Error(problem.reason);
}

/** Last of all that a stack has in Docker: the engine says that volumes are retained, but not how they are called. */
async function nameVolumesLeft({ dockerHost, configVolume, dataVolume }: Inputs, open: OpenDocker) {
  const left: string[] = [];
  for (const volume of [configVolume, dataVolume]) {
    // Whether Docker answers is no reason to keep what is in state only.
    const found = await lookFor(volume, dockerHost, open).catch(() => undefined);
    if (found !== undefined) left.push(volume);
  }
  if (left.length === 0) return;
  console.error(
    `accounts and files stay in Docker's volumes ${left.join(" and ")}, where the next up finds them; ` +
      `\`docker volume rm ${left.join(" ")}\` would delete them for good`,
  );
}

async function lookFor(volume: string, dockerHost: string | undefined, open: OpenDocker) {
  return open(dockerHost).findVolume(volume);
}

function planOf({ image, adoptVolumes = false, ports = [], ...names }: Partial<Inputs>): Plan | undefined {
  const { owner, containerName, configVolume, dataVolume } = names;
  if (owner === undefined || containerName === undefined) return undefined;
  if (configVolume === undefined || dataVolume === undefined) return undefined;
  return { owner, containerName, configVolume, dataVolume, image, adoptVolumes, ports };
}
