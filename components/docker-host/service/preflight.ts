import {
  handlerOf,
  messageOf,
  notice,
  type Problem,
  type ResourceRules,
} from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { OWNER_LABEL } from "../answers";
import { type Docker, openDocker, type OpenDocker } from "../docker";
import { dockerHostSettings } from "../host";
import * as checks from "../preflight/checks";

const name = z.string({ error: "must be text" }).min(1, "must not be empty");

const schema = z.object({
  docker: dockerHostSettings,
  owner: name,
  containerName: name,
  image: name,
  ports: z.array(z.strictObject({ ip: z.string(), port: z.int() })).default([]),
  network: name.optional(),
  encryptedVolume: name.optional(),
  key: name.optional(),
  keyIsGiven: z.boolean({ error: "must be true or false" }).default(false),
  passkeyHost: name.optional(),
  // Not for programs to set.
  subnet: z.string().optional(),
});

type Inputs = z.output<typeof schema>;
type Known = Readonly<Partial<Record<keyof Inputs, unknown>>>;
/** What is known at a preview at least. */
type Plan = Partial<Inputs> & Pick<Inputs, "owner" | "containerName">;

const rules: ResourceRules<Inputs, Inputs, OpenDocker> = {
  inputs: schema,

  async derive({ docker, network }, { unknown, olds, open }) {
    if (network === undefined || unknown.includes("docker")) return {};
    const before = olds["network"] === network ? olds["subnet"] : undefined;
    const kept = typeof before === "string" ? { subnet: before } : {};
    try {
      const { Config } = (await open()(docker).findNetwork(network))?.IPAM ?? {};
      const subnet = Config?.find(({ Subnet }) => Subnet?.includes("."))?.Subnet;
      return subnet === undefined ? kept : { subnet };
    } catch {
      // What is wrong with Docker is a problem, found next.
      return kept;
    }
  },

  async problems(inputs, { creating, unknown, olds, open }): Promise<Problem[]> {
    warnOfPasskeys(olds["passkeyHost"], inputs.passkeyHost);
    const { owner, containerName } = inputs;
    if (owner === undefined || containerName === undefined || unknown.includes("docker")) return [];
    const isKeyNew = unknown.includes("key");
    const changed = checks.isChanged(inputs, olds);
    if (!changed && !isKeyNew) return [];
    try {
      const plan = { ...inputs, owner, containerName };
      return await findProblems(open()(inputs.docker), plan, creating ? {} : olds, isKeyNew);
    } catch (error) {
      return reportedOnce(messageOf(error));
    }
  },

  async create(inputs, open) {
    await refuse(inputs, open, {});
    return { id: inputs.containerName, outputs: inputs };
  },
  async update(_id, olds, news, open) {
    await refuse(news, open, olds);
    return news;
  },
  // Docker has no object for this: what was checked was true at that time.
  read: (_id, olds) => Promise.resolve(olds),
  delete: () => Promise.resolve(),
};

/** The handler of `ServicePreflight`. */
export const servicePreflight = handlerOf(rules, openDocker);

async function findProblems(docker: Docker, plan: Plan, known: Known, isKeyNew: boolean): Promise<Problem[]> {
  const listen = "listen on another address (`listen`)";
  const findings = [
    await volumeProblem(docker, plan, known, isKeyNew),
    await checks.checkContainer(docker, plan, known.containerName !== plan.containerName),
    ...(await checks.checkPorts(docker, plan, known.owner, { instead: listen })),
    await checks.checkImage(docker, plan),
  ];
  return findings.filter((finding) => finding !== undefined);
}

async function refuse(inputs: Inputs, open: OpenDocker, known: Known): Promise<void> {
  const docker = open(inputs.docker);
  if (inputs.network !== undefined) await checks.checkNetworks(docker, [inputs.network]);
  const [problem] = await findProblems(docker, inputs, known, false);
  if (problem !== undefined) throw new Error(problem.reason);
}

/** A volume without the key that encrypted what is in it: the server would not start. */
async function volumeProblem(
  docker: Docker,
  { owner, encryptedVolume: volume, keyIsGiven }: Plan,
  known: Known,
  isKeyNew: boolean,
): Promise<Problem | undefined> {
  if (volume === undefined || (known.encryptedVolume === volume && !isKeyNew)) return undefined;
  const found = await docker.findVolume(volume);
  if (found === undefined) return undefined;
  const itsOwner = found.Labels?.[OWNER_LABEL];
  if (keyIsGiven === true) {
    if (itsOwner !== owner) notice(`takes over volume '${volume}' with the accounts in it`);
    return undefined;
  }
  if (itsOwner === owner && !isKeyNew) return undefined;
  const whose = itsOwner === undefined || itsOwner === owner ? "exists already" : `belongs to ${itsOwner}`;
  const reason =
    `volume '${volume}' ${whose}, and this stack doesn't have the key of what is in it: set pocketIdEncryptionKey (with ` +
    `--secret) to that key, or delete the accounts in it with \`docker volume rm ${volume}\``;
  return { property: "encryptedVolume", reason };
}

/** Another host is a loss that only a preview can prevent. */
export function warnOfPasskeys(before: unknown, after: string | undefined): void {
  if (typeof before !== "string" || after === undefined || before === after) return;
  notice(
    `warning: passkeys are bound to ${before}: at ${after} none of them works, and everybody needs a new link and a new passkey`,
  );
}

/** Messages about Docker itself that were printed already: others ask the same Docker. */
const reported = new Set<string>();

function reportedOnce(reason: string): Problem[] {
  if (reported.has(reason)) return [];
  reported.add(reason);
  return [{ property: "docker", reason }];
}
