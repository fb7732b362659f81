import {
  handlerOf,
  messageOf,
  notice,
  type Problem,
  type ResourceRules,
} from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { PRODUCT_KEYS, productOf } from "../../settings/products";
import { OWNER_LABEL } from "../answers";
import { type Docker, openDocker, type OpenDocker } from "../docker";
import { dockerHostSettings } from "../host";
import * as checks from "../preflight/checks";
import { checkData, isFolder, type Known, makeVolumes, nameVolumesLeft } from "../preflight/data";
import { areFilled } from "../preflight/folders";

const name = z.string({ error: "must be text" }).min(1, "must not be empty");
const flag = z.boolean({ error: "must be true or false" }).default(false);

const schema = z.object({
  docker: dockerHostSettings,
  product: z.enum(PRODUCT_KEYS).optional(),
  owner: name,
  service: name.max(63, "must have at most 63 characters: rename the project, the stack or the component"),
  image: name.regex(/^\S+$/, "must not contain blanks"),
  configVolume: name,
  dataVolume: name,
  pinned: flag,
  adoptVolumes: flag,
  allowEmptyVolumes: flag,
  allowDowngrade: flag,
  networks: z.array(name).default([]),
  port: z.int().optional(),
  // Not for programs to set: the node and networks that answer there; and where the data is, for the next run to compare with.
  nodeId: z.string().optional(),
  networkIds: z.array(z.string()).optional(),
  url: z.string().optional(),
  filled: z.boolean().optional(),
});

type Inputs = z.output<typeof schema>;
/** What is known at a preview at least. */
type Plan = Partial<Inputs> & Pick<Inputs, "owner" | "service" | "configVolume" | "dataVolume">;

const rules: ResourceRules<Inputs, Inputs, OpenDocker> = {
  inputs: schema,
  notCompared: ["allowDowngrade", "url", "filled"],

  async derive({ docker, networks, configVolume: config, dataVolume: data }, { unknown, olds, open }) {
    const { nodeId: itsNode, networkIds: itsNetworks } = olds;
    const before = pick({ nodeId: itsNode, networkIds: itsNetworks });
    if (unknown.includes("docker") || config === undefined || data === undefined) return {};
    try {
      const opened = open()(docker);
      const { url, isLocal } = opened.host;
      const { NodeID: nodeId } = await opened.swarm();
      const filled = isLocal && isFolder(config) && (await areFilled(config, data));
      const found = await Promise.all((networks ?? []).map((one) => opened.findNetwork(one)));
      const ids = found.flatMap((one) => (one === undefined ? [] : [one.Id]));
      // One that the same program creates isn't there yet.
      const areThere = networks !== undefined && ids.length === networks.length;
      return {
        ...{ url, ...pick({ nodeId: nodeId === "" ? undefined : nodeId }) },
        ...(areThere ? { networkIds: ids } : {}),
        ...(filled ? { filled } : {}),
      };
    } catch {
      // What is wrong with the address is a problem, found next.
      return before;
    }
  },

  async problems(inputs, { creating, unknown, olds, open }): Promise<Problem[]> {
    const { owner, service, configVolume, dataVolume, image } = inputs;
    if (!owner || !service || !configVolume || !dataVolume) return [];
    if (image !== undefined) {
      const product = productOf(inputs.product);
      const reason =
        checks.imageNameProblem(image, product) ??
        checks.imageChangeProblem(olds["image"], image, inputs.allowDowngrade, product);
      if (reason !== undefined) return [{ property: "image", reason }];
    }
    if (unknown.includes("docker")) return [];
    const changed = checks.isChanged(inputs, olds);
    try {
      const plan = { ...inputs, owner, service, configVolume, dataVolume };
      const docker = open()(inputs.docker);
      if (changed) return await findProblems(docker, plan, creating ? {} : olds, true);
      return inputs.pinned === true ? await checkData(docker, { ...plan, containerName: service }, olds) : [];
    } catch (error) {
      if (changed) return [{ property: "docker", reason: messageOf(error) }];
      // With nothing to do, a preview stays possible without Docker.
      notice(`warning: the data in the Swarm was not checked: ${messageOf(error)}`);
      return [];
    }
  },

  async create(inputs, open) {
    return { id: inputs.service, outputs: await prepare(inputs, open, {}) };
  },
  update: (_id, olds, news, open) => prepare(news, open, olds),
  // What was checked was true at that time.
  read: (_id, olds) => Promise.resolve(olds),
  async delete(_id, olds, open) {
    if (olds.pinned) return nameVolumesLeft(olds, () => open(olds.docker));
    notice(
      `accounts and files stay in ${olds.configVolume} and ${olds.dataVolume} on the node that ran oCIS`,
    );
  },
};

/** The handler of `SwarmPreflight`. */
export const swarmPreflight = handlerOf(rules, openDocker);

/** What is known of what Docker answers. */
const pick = (answers: { nodeId?: unknown; networkIds?: unknown }) =>
  Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== undefined)) as Partial<Inputs>;

/** @param isPreview whether another oCIS on the same data may still run */
async function findProblems(
  docker: Docker,
  plan: Plan,
  known: Known & { service?: unknown; port?: unknown },
  isPreview: boolean,
) {
  const { LocalNodeState, ControlAvailable } = await docker.swarm();
  if (LocalNodeState !== "active" || ControlAvailable !== true) {
    const reason =
      `Docker at ${docker.host.url} isn't a manager of a Swarm: run \`docker swarm init\` there, or name a manager with ` +
      "`pulumi config set docker:host`";
    return [{ property: "docker", reason }];
  }
  const ours = await docker.findService(plan.service);
  const others = await containersOnData(docker, plan);
  const problem = others.map((other) => ({
    property: "dataVolume",
    reason:
      `container '${other}' runs on '${plan.dataVolume}', which only one oCIS may use: stop it and remove it with ` +
      `\`docker rm -f ${other}\` before up; its files stay`,
  }));
  if (isPreview)
    problem.forEach(({ reason }) => {
      notice(`warning: ${reason}`);
    });
  const isOurs = ours?.Spec.Labels?.[OWNER_LABEL] === plan.owner;
  const findings = [
    // Volumes are on one node: ours, or one that we can't look at.
    ...(plan.pinned === true ? await checkData(docker, { ...plan, containerName: plan.service }, known) : []),
    ...(isPreview ? [] : problem),
    ours === undefined || (isOurs && known.service === plan.service)
      ? undefined
      : serviceProblem(plan, isOurs),
    ...(await portProblems(docker, plan, known)),
    ...(await networkProblems(docker, isPreview ? [] : (plan.networks ?? []))),
    await checks.checkImage(docker, plan),
  ];
  return findings.filter((finding) => finding !== undefined);
}

/** Two at a time would damage the data, for instance the container of target docker that this service replaces. */
async function containersOnData(docker: Docker, { service, dataVolume }: Plan): Promise<string[]> {
  return (await docker.runningContainers())
    .filter(({ Labels, Mounts }) => {
      const isTask = Labels?.["com.docker.swarm.service.name"] === service;
      return (
        !isTask && Mounts?.some(({ Name, Source, RW }) => RW !== false && [Name, Source].includes(dataVolume))
      );
    })
    .map(({ Names, Id }) => Names[0]?.replace(/^\//, "") ?? Id);
}

function serviceProblem({ service }: Plan, isOurs: boolean): Problem {
  const whose = isOurs ? "belongs to this stack, but isn't in its state" : "already exists and isn't ours";
  const reason = `service '${service}' ${whose}: remove it with \`docker service rm ${service}\`, or rename the component`;
  return { property: "service", reason };
}

/** Others on our port of this node; on other nodes we can't look. */
async function portProblems(
  docker: Docker,
  plan: Plan,
  known: Known & { port?: unknown },
): Promise<Problem[]> {
  if (plan.port === undefined || plan.pinned !== true || known.port === plan.port) return [];
  return checks.checkPorts(
    docker,
    { owner: plan.owner, ports: [{ ip: "0.0.0.0", port: plan.port }] },
    undefined,
  );
}

async function networkProblems(docker: Docker, networks: readonly string[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const network of networks) {
    const found = await docker.findNetwork(network);
    if (found?.Scope === "swarm") continue;
    const what = found === undefined ? "doesn't exist" : "isn't one of the Swarm";
    const fix = `create it with \`docker network create --driver overlay ${network}\`, or correct its name`;
    problems.push({ property: "networks", reason: `network '${network}' ${what}: ${fix}` });
  }
  return problems;
}

async function prepare(inputs: Inputs, open: OpenDocker, known: Known): Promise<Inputs> {
  const docker = open(inputs.docker);
  const [problem] = await findProblems(docker, inputs, known, false);
  if (problem !== undefined) throw new Error(problem.reason);
  if (inputs.pinned) await makeVolumes(docker, { ...inputs, containerName: inputs.service });
  const { NodeID } = await docker.swarm();
  const networkIds = await Promise.all(
    inputs.networks.map(async (network) => (await docker.findNetwork(network))?.Id ?? network),
  );
  return { ...inputs, networkIds, ...(NodeID === undefined ? {} : { nodeId: NodeID }) };
}
