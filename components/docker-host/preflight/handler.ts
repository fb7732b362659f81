import {
  handlerOf,
  messageOf,
  notice,
  type Problem,
  type ResourceRules,
} from "@ocis-pocket-id/providers/core";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { type Docker, openDocker, type OpenDocker } from "../docker";
import { dockerHostSettings, type DockerHostSettings } from "../settings";
import { checkContainer, checkImage, checkNetworks, checkPorts, type Plan } from "./checks";
import { checkData, isFolder, makeVolumes } from "./data";
import type { KnownData } from "./data-plan";
import { areFilled } from "./folders";
import { checkImageChange, checkImageName } from "./image-version";

interface Inputs extends Plan {
  docker: DockerHostSettings;
  image: string;
  networks: string[];
  allowDowngrade: boolean;
  podman?: boolean;
  url?: string;
  filled?: boolean;
}

const name = z.string({ error: "must be text" }).min(1, "must not be empty");
const port = z
  .int({ error: "must be a whole number" })
  .min(1, "must be 1 to 65535")
  .max(65_535, "must be 1 to 65535");
const flag = z.boolean({ error: "must be true or false" }).default(false);

const rules: ResourceRules<Inputs, Inputs, OpenDocker> = {
  inputs: z.object({
    docker: dockerHostSettings,
    owner: name,
    containerName: name.regex(
      /^[A-Za-z0-9][A-Za-z0-9_.-]+$/,
      "must have two or more letters, digits, '_', '.' or '-'",
    ),
    image: name.regex(/^\S+$/, "must not have blanks in it"),
    configVolume: name,
    dataVolume: name,
    adoptVolumes: flag,
    allowEmptyVolumes: flag,
    allowDowngrade: flag,
    networks: z.array(name).default([]),
    ports: z.array(z.strictObject({ ip: z.string(), port })).default([]),
    // Not for programs to set: what answers there; and where the data is, for the next run to compare with.
    podman: z.boolean().optional(),
    url: z.string().optional(),
    filled: z.boolean().optional(),
  }),

  notCompared: ["allowDowngrade", "url", "filled"],

  async derive({ docker, configVolume, dataVolume }, { unknown, olds, open }) {
    if (unknown.includes("docker") || configVolume === undefined || dataVolume === undefined) return {};
    const before = olds["podman"] === undefined ? {} : { podman: olds["podman"] === true };
    try {
      const host = open()(docker);
      const { url, isLocal } = host.host;
      const filled = isLocal && isFolder(configVolume) && (await areFilled({ configVolume, dataVolume }));
      const podman = await host.isPodman().catch(() => undefined);
      return { ...before, url, ...(podman === undefined ? {} : { podman }), ...(filled ? { filled } : {}) };
    } catch {
      // What is wrong with the address is a problem, found next.
      return before;
    }
  },

  async problems(inputs, { creating, unknown, olds, open }): Promise<Problem[]> {
    const plan = planOf(inputs);
    if (plan?.image !== undefined) {
      const problems = [
        ...checkImageName(plan.image),
        ...checkImageChange(olds["image"], plan.image, inputs.allowDowngrade ?? false),
      ];
      if (problems.length > 0) return problems;
    }
    if (plan === undefined || unknown.includes("docker")) return [];
    const changed = Object.entries(inputs).some(([key, value]) => !isDeepStrictEqual(olds[key], value));
    try {
      const docker = open()(inputs.docker);
      return await (changed
        ? findProblems(docker, plan, creating ? {} : olds)
        : checkData(docker, plan, olds));
    } catch (error) {
      if (changed) return [{ property: "docker", reason: messageOf(error) }];
      // With nothing to do, a preview stays possible without Docker.
      notice(`warning: the data of oCIS was not looked at: ${messageOf(error)}`);
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
  delete: (_id, olds, open) => nameVolumesLeft(olds, open),
};

/** The handler of {@link DockerPreflight}. */
export const dockerPreflight = handlerOf(rules, openDocker);

/** What state knows of the plan before; empty when nothing was made yet. */
type KnownPlan = KnownData & { readonly containerName?: unknown; readonly owner?: unknown };

/** Everything but networks, as one that the same program makes is not there yet at preview. */
async function findProblems(docker: Docker, plan: Plan, known: KnownPlan): Promise<Problem[]> {
  const findings = [
    ...(await checkData(docker, plan, known)),
    await checkContainer(docker, plan, known.containerName !== plan.containerName),
    ...(await checkPorts(docker, plan, known.owner)),
    await checkImage(docker, plan),
  ];
  return findings.filter((finding) => finding !== undefined);
}

async function prepare(inputs: Inputs, open: OpenDocker, known: KnownPlan): Promise<void> {
  const docker = open(inputs.docker);
  await checkNetworks(docker, inputs.networks);
  const [problem] = await findProblems(docker, inputs, known);
  if (problem !== undefined) throw new Error(problem.reason);
  await makeVolumes(docker, inputs);
}

/** Last of all that a stack has in Docker: the engine says that volumes are retained, but not how they are called. */
async function nameVolumesLeft({ docker, configVolume, dataVolume }: Inputs, open: OpenDocker) {
  if (isFolder(configVolume)) {
    notice(`accounts and files stay in the folders ${configVolume} and ${dataVolume} on the Docker host`);
    return;
  }
  const left: string[] = [];
  for (const volume of [configVolume, dataVolume]) {
    // What is only in state goes, whether or not Docker answers.
    const found = await lookFor(volume, docker, open).catch(() => undefined);
    if (found !== undefined) left.push(volume);
  }
  if (left.length === 0) return;
  notice(
    `accounts and files stay in Docker's volumes ${left.join(" and ")}, where the next up finds them; ` +
      `\`docker volume rm ${left.join(" ")}\` would delete them for good`,
  );
}

async function lookFor(volume: string, docker: DockerHostSettings, open: OpenDocker) {
  return open(docker).findVolume(volume);
}

function planOf({ image, ports = [], ...rest }: Partial<Inputs>): Plan | undefined {
  const { owner, containerName, configVolume, dataVolume } = rest;
  if (owner === undefined || containerName === undefined) return undefined;
  if (configVolume === undefined || dataVolume === undefined) return undefined;
  const { adoptVolumes = false, allowEmptyVolumes = false } = rest;
  return { owner, containerName, configVolume, dataVolume, image, adoptVolumes, allowEmptyVolumes, ports };
}
