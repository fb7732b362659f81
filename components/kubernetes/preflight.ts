import {
  handlerOf,
  messageOf,
  notice,
  type Problem,
  type ResourceRules,
} from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { imageChangeProblem, imageNameProblem, isChanged } from "../docker-host/preflight/checks";
import { PRODUCT_KEYS, productOf } from "../settings/products";
import { type Claims, claimsOf, findProblems, idsOf, makeObjects } from "./data";
import { openCluster, type OpenCluster } from "./cluster";
import { clusterSettings } from "./settings";

const text = z.string({ error: "must be text" }).min(1, "must not be empty");
const flag = z.boolean({ error: "must be true or false" }).default(false);
const size = text.regex(/^\d+(\.\d+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$/, "must be a size like 10Gi");

const schema = z.object({
  cluster: clusterSettings,
  product: z.enum(PRODUCT_KEYS).optional(),
  owner: text,
  namespace: text.regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must be a DNS label (lowercase letters, digits and hyphens, at most 63)",
  ),
  createNamespace: z.boolean({ error: "must be true or false" }).default(true),
  image: text.regex(/^\S+$/, "must not contain blanks"),
  configVolume: text,
  dataVolume: text,
  configSize: size,
  dataSize: size,
  storageClass: text.optional(),
  adoptVolumes: flag,
  allowEmptyVolumes: flag,
  allowDowngrade: flag,
  // Not for programs to set: which claims they are, for the next run to compare with.
  claimIds: z.object({ config: z.string(), data: z.string() }).partial().optional(),
});

/** What the preflight gets. */
export type Inputs = z.output<typeof schema>;

const rules: ResourceRules<Inputs, Inputs, OpenCluster> = {
  inputs: schema,
  notCompared: ["allowDowngrade", "claimIds"],

  async derive(inputs, { unknown, olds, open }) {
    const claims = claimsOf(inputs);
    const { claimIds: before } = olds as Partial<Inputs>;
    const known = before === undefined ? {} : { claimIds: before };
    if (claims === undefined || unknown.includes("cluster")) return known;
    try {
      const now = await idsOf(open()(inputs.cluster), claims);
      // What was there before counts until the program accepts another.
      const claimIds = inputs.allowEmptyVolumes === true ? now : { ...now, ...before };
      return Object.keys(claimIds).length === 0 ? known : { claimIds };
    } catch {
      // Why the cluster can't be asked is a problem, found next.
      return known;
    }
  },

  async problems(inputs, { unknown, olds, open }): Promise<Problem[]> {
    const { image } = inputs;
    if (image !== undefined) {
      const product = productOf(inputs.product);
      const reason =
        imageNameProblem(image, product) ??
        imageChangeProblem(olds["image"], image, inputs.allowDowngrade, product);
      if (reason !== undefined) return [{ property: "image", reason }];
    }
    const claims = claimsOf(inputs);
    if (claims === undefined || unknown.includes("cluster")) return [];
    try {
      return await findProblems(open()(inputs.cluster), claims, olds);
    } catch (error) {
      if (isChanged(inputs, olds)) return [{ property: "cluster", reason: messageOf(error) }];
      // With nothing to do, a preview stays possible without the cluster.
      notice(`warning: the data in Kubernetes was not checked: ${messageOf(error)}`);
      return [];
    }
  },

  async create(inputs, open) {
    return { id: `${inputs.namespace}/${inputs.dataVolume}`, outputs: await prepare(inputs, open, {}) };
  },
  update: (_id, olds, news, open) => prepare(news, open, olds),
  // What was checked was true at that time.
  read: (_id, olds) => Promise.resolve(olds),
  delete(_id, { namespace, configVolume, dataVolume }) {
    notice(
      `accounts and files stay in the claims ${configVolume} and ${dataVolume} of namespace ${namespace}: ` +
        `\`kubectl delete namespace ${namespace}\` deletes them`,
    );
    return Promise.resolve();
  },
};

/** The handler of `KubernetesPreflight`. */
export const kubernetesPreflight = handlerOf(rules, openCluster);

async function prepare(inputs: Inputs, open: OpenCluster, known: Readonly<Partial<Inputs>>): Promise<Inputs> {
  const cluster = open(inputs.cluster);
  const claims: Claims = inputs;
  const [problem] = await findProblems(cluster, claims, known);
  if (problem !== undefined) throw new Error(problem.reason);
  await makeObjects(cluster, claims);
  return { ...inputs, claimIds: await idsOf(cluster, claims) };
}
