import {
  type CheckContext,
  handlerOf,
  messageOf,
  notice,
  type Problem,
  type ResourceRules,
} from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { imageChangeProblem, imageNameProblem, isChanged } from "../docker-host/preflight/checks";
import { upgradeProblem } from "../docker-host/preflight/upgrade";
import { PRODUCT_KEYS, productOf } from "../settings/products";
import { adoptionProblems } from "./adopted";
import {
  type Claims,
  claimsIn,
  factsOf,
  findProblems,
  type Known,
  type Look,
  lookAt,
  makeObjects,
} from "./data";
import { type Cluster, openCluster, type OpenCluster } from "./cluster";
import { clusterSettings, type ClusterSettings } from "./settings";

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
  requireBackupHours: z.number({ error: "must be a number of hours" }).positive().optional(),
  // Not for programs to set: which claims they are, for the next run to compare with; and when they were backed up, for policies.
  claimIds: z.record(z.string(), z.string()).optional(),
  lastBackup: z.string().optional(),
};

export const NOT_COMPARED = ["requireBackupHours", "claimIds", "lastBackup"] as const;

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
  notCompared: ["allowDowngrade", ...NOT_COMPARED],

  derive: (inputs, context) =>
    derivedFacts(context.unknown.includes("cluster") ? undefined : claimsOf(inputs), context, inputs.cluster),

  async problems(inputs, context): Promise<Problem[]> {
    const { unknown, olds, open } = context;
    const { image } = inputs;
    if (image !== undefined) {
      const product = productOf(inputs.product);
      const reason =
        imageNameProblem(image, product) ??
        imageChangeProblem(olds["image"], image, inputs.allowDowngrade, product);
      if (reason !== undefined) return [{ property: "image", reason }];
      const unsaved = await upgradeProblem(inputs, olds, () => Promise.resolve(backupIn(inputs)));
      if (unsaved !== undefined) return [unsaved];
    }
    const claims = claimsOf(inputs);
    if (claims === undefined || unknown.includes("cluster")) return [];
    return unlessAway(inputs, olds, async () => {
      const problems = findProblems(await lookOnce(context, inputs.cluster, claims), claims, olds);
      if (problems.length > 0) return problems;
      return problemsOfAdoption(open()(inputs.cluster), claims, inputs, olds);
    });
  },

  async create(inputs, open) {
    return { id: `${inputs.namespace}/${inputs.dataVolume}`, outputs: await prepare(inputs, open, {}) };
  },
  update: (_id, olds, news, open) => prepare(news, open, olds),
  // What was checked was true at that time.
  read: (_id, olds) => Promise.resolve(olds),
  delete(_id, { namespace, createNamespace, configVolume, dataVolume }) {
    const all = createNamespace
      ? `namespace ${namespace}`
      : `pvc ${configVolume} ${dataVolume} --namespace=${namespace}`;
    notice(
      `accounts and files stay in the claims ${configVolume} and ${dataVolume} of namespace ${namespace}: ` +
        `\`kubectl delete ${all}\` deletes them`,
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

/**
 * Which claims they are, and when they were backed up, as a part of the inputs: the next check gets those and no outputs, and a
 * policy sees them.
 */
export async function derivedFacts(
  claims: Claims | undefined,
  context: CheckContext<OpenCluster>,
  cluster: ClusterSettings | undefined,
): Promise<Facts> {
  const { claimIds: before, lastBackup } = context.olds as Facts;
  const known = {
    ...(before === undefined ? {} : { claimIds: before }),
    ...(lastBackup === undefined ? {} : { lastBackup }),
  };
  if (claims === undefined) return known;
  try {
    const now = factsOf(await lookOnce(context, cluster, claims));
    // What was there before counts until the program accepts another.
    const claimIds = claims.allowEmptyVolumes ? now.claimIds : { ...now.claimIds, ...before };
    if (Object.keys(claimIds).length === 0) return {};
    return {
      claimIds,
      ...(now.claimIds["data"] === undefined ? {} : { lastBackup: now.lastBackup ?? "none" }),
    };
  } catch {
    // Why the cluster can't be asked is a problem, found next.
    return known;
  }
}

const looks = new WeakMap<CheckContext<OpenCluster>, Promise<Look>>();

/** What a check derives and the problems that it finds depend on the same look. */
export function lookOnce(
  context: CheckContext<OpenCluster>,
  cluster: ClusterSettings | undefined,
  claims: Claims,
): Promise<Look> {
  const look = looks.get(context) ?? lookAt(context.open()(cluster), claims);
  looks.set(context, look);
  return look;
}

interface Facts {
  claimIds?: Record<string, string>;
  lastBackup?: string;
}

/** When the claims were last backed up; undefined if they weren't. */
export function backupIn({ lastBackup = "" }: { lastBackup?: string | undefined }): Date | undefined {
  const date = new Date(lastBackup);
  return Number.isNaN(date.getTime()) ? undefined : date;
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

/**
 * What speaks against using claims that others made. Before the first `up`, a preview only reports another oCIS on them, so that
 * people can read on while theirs still runs.
 */
async function problemsOfAdoption(
  cluster: Cluster,
  claims: Claims,
  inputs: Partial<Inputs>,
  olds: Known,
): Promise<Problem[]> {
  const { missing, predecessors } = await adoptionProblems(cluster, claims, olds, inputs.product);
  if (olds["namespace"] !== undefined) return [...missing, ...predecessors];
  for (const { reason } of predecessors) notice(`warning: ${reason}`);
  return missing;
}

async function prepare(inputs: Inputs, open: OpenCluster, known: Known): Promise<Inputs> {
  const [cluster, claims] = [open(inputs.cluster), claimsIn(inputs)];
  const found = await adoptionProblems(cluster, claims, known, inputs.product);
  const [problem] = [...found.missing, ...found.predecessors];
  if (problem !== undefined) throw new Error(problem.reason);
  return { ...inputs, ...(await prepared(cluster, claims, known)) };
}

/** Makes namespace and claims. @throws with the first problem */
export async function prepared(cluster: Cluster, claims: Claims, known: Known) {
  const [problem] = findProblems(await lookAt(cluster, claims), claims, known);
  if (problem !== undefined) throw new Error(problem.reason);
  await makeObjects(cluster, claims);
  return { claimIds: factsOf(await lookAt(cluster, claims)).claimIds };
}
