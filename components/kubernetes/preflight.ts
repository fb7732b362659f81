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
import { type Claims, claimsIn, findProblems, idsOf, type Known, makeObjects } from "./data";
import { type Cluster, openCluster, type OpenCluster } from "./cluster";
import { clusterSettings } from "./settings";

const text = z.string({ error: "must be text" }).min(1, "must not be empty");
const flag = z.boolean({ error: "must be true or false" }).default(false);
const size = text.regex(/^\d+(\.\d+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$/, "must be a size like 10Gi");

/** What the preflights of oCIS and of Pocket ID have in common. */
export const commonInputs = {
  cluster: clusterSettings,
  owner: text,
  namespace: text.regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "must be a DNS label (lowercase letters, digits and hyphens, at most 63)",
  ),
  createNamespace: z.boolean({ error: "must be true or false" }).default(true),
  image: text.regex(/^\S+$/, "must not contain blanks"),
  dataVolume: text,
  dataSize: size,
  storageClass: text.optional(),
  adoptVolumes: flag,
  allowEmptyVolumes: flag,
  // Not for programs to set: which claims they are, for the next run to compare with.
  claimIds: z.record(z.string(), z.string()).optional(),
};

const schema = z.object({
  ...commonInputs,
  product: z.enum(PRODUCT_KEYS).optional(),
  configVolume: text,
  configSize: size,
  allowDowngrade: flag,
});

/** What the preflight gets. */
export type Inputs = z.output<typeof schema>;

const rules: ResourceRules<Inputs, Inputs, OpenCluster> = {
  inputs: schema,
  notCompared: ["allowDowngrade", "claimIds"],

  derive: (inputs, { unknown, olds, open }) =>
    derivedIds(unknown.includes("cluster") ? undefined : claimsOf(inputs), olds, () =>
      open()(inputs.cluster),
    ),

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
    return unlessAway(inputs, olds, () => findProblems(open()(inputs.cluster), claims, olds));
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

/** The claims, if all is known that the checks need. */
function claimsOf(inputs: Partial<Inputs>): Claims | undefined {
  const { owner, namespace, configVolume, dataVolume } = inputs;
  const isKnown = [owner, namespace, configVolume, dataVolume].every((one) => one !== undefined);
  return isKnown ? claimsIn(inputs as Inputs) : undefined;
}

/** Which claims they are, as a part of the inputs: the next check gets those, and no outputs. */
export async function derivedIds(
  claims: Claims | undefined,
  olds: Known,
  cluster: () => Cluster,
): Promise<{ claimIds?: Record<string, string> }> {
  const { claimIds: before } = olds as { claimIds?: Record<string, string> };
  const known = before === undefined ? {} : { claimIds: before };
  if (claims === undefined) return known;
  try {
    const now = await idsOf(cluster(), claims);
    // What was there before counts until the program accepts another.
    const claimIds = claims.allowEmptyVolumes ? now : { ...now, ...before };
    return Object.keys(claimIds).length === 0 ? {} : { claimIds };
  } catch {
    // Why the cluster can't be asked is a problem, found next.
    return known;
  }
}

/** With nothing to do, a preview stays possible without the cluster. */
export async function unlessAway(
  inputs: object,
  olds: Known,
  check: () => Promise<Problem[]>,
): Promise<Problem[]> {
  try {
    return await check();
  } catch (error) {
    if (isChanged(inputs, olds)) return [{ property: "cluster", reason: messageOf(error) }];
    notice(`warning: the data in Kubernetes was not checked: ${messageOf(error)}`);
    return [];
  }
}

async function prepare(inputs: Inputs, open: OpenCluster, known: Known): Promise<Inputs> {
  return { ...inputs, ...(await prepared(open(inputs.cluster), claimsIn(inputs), known)) };
}

/** Makes namespace and claims. @throws with the first problem */
export async function prepared(cluster: Cluster, claims: Claims, known: Known) {
  const [problem] = await findProblems(cluster, claims, known);
  if (problem !== undefined) throw new Error(problem.reason);
  await makeObjects(cluster, claims);
  return { claimIds: await idsOf(cluster, claims) };
}
