import { handlerOf, notice, type Problem, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { upgradeProblem } from "../docker-host/preflight/upgrade";
import { warnOfPasskeys } from "../docker-host/service/preflight";
import { openCluster, type OpenCluster } from "./cluster";
import { type Claims, claimsIn, findProblems, type Known, type Look } from "./data";
import {
  backupIn,
  commonInputs,
  derivedFacts,
  lookOnce,
  NOT_COMPARED,
  prepared,
  unlessAway,
} from "./preflight";

const text = z.string({ error: "must be text" }).min(1, "must not be empty");

const schema = z.object({
  ...commonInputs,
  key: text.optional(),
  keyIsGiven: z.boolean({ error: "must be true or false" }).default(false),
  passkeyHost: text.optional(),
});

type Inputs = z.output<typeof schema>;
/** What is known at a preview at least. */
type Plan = Partial<Inputs> & Pick<Inputs, "owner" | "namespace" | "dataVolume">;

const rules: ResourceRules<Inputs, Inputs, OpenCluster> = {
  inputs: schema,
  notCompared: NOT_COMPARED,

  derive(inputs, context) {
    const plan = context.unknown.includes("cluster") ? undefined : planOf(inputs);
    return derivedFacts(plan && claimsOf(plan), context, inputs.cluster);
  },

  async problems(inputs, context): Promise<Problem[]> {
    const { unknown, olds } = context;
    warnOfPasskeys(olds["passkeyHost"], inputs.passkeyHost);
    const { image: pocketIdImage, requireBackupHours } = inputs;
    const unsaved = await upgradeProblem(
      { pocketIdImage, requireBackupHours },
      { pocketIdImage: olds["image"] },
      () => Promise.resolve(backupIn(inputs)),
    );
    if (unsaved !== undefined) return [{ ...unsaved, property: "image" }];
    const plan = planOf(inputs);
    if (plan === undefined || unknown.includes("cluster")) return [];
    return unlessAway(inputs, olds, async () => {
      const look = await lookOnce(context, inputs.cluster, claimsOf(plan));
      return allProblems(look, plan, olds, unknown.includes("key"));
    });
  },

  async create(inputs, open) {
    return { id: `${inputs.namespace}/${inputs.dataVolume}`, outputs: await prepare(inputs, open, {}) };
  },
  update: (_id, olds, news, open) => prepare(news, open, olds),
  // What was checked was true at that time.
  read: (_id, olds) => Promise.resolve(olds),
  delete(_id, { namespace, createNamespace, dataVolume }) {
    const all = createNamespace ? `namespace ${namespace}` : `pvc ${dataVolume} --namespace=${namespace}`;
    notice(
      `Pocket ID's accounts stay in the claim ${dataVolume} of namespace ${namespace}: ` +
        `\`kubectl delete ${all}\` deletes them`,
    );
    return Promise.resolve();
  },
};

/** The handler of `PocketIdPreflight`. */
export const pocketIdPreflight = handlerOf(rules, openCluster);

function planOf(inputs: Partial<Inputs>): Plan | undefined {
  const { owner, namespace, dataVolume } = inputs;
  if (owner === undefined || namespace === undefined || dataVolume === undefined) return undefined;
  return { ...inputs, owner, namespace, dataVolume };
}

const claimsOf = (plan: Plan): Claims =>
  claimsIn({
    ...{ createNamespace: true, allowEmptyVolumes: false, ...plan },
    // Who has the key of a claim may use it.
    adoptVolumes: plan.adoptVolumes === true || plan.keyIsGiven === true,
  });

async function prepare(inputs: Inputs, open: OpenCluster, known: Known): Promise<Inputs> {
  return { ...inputs, ...(await prepared(open(inputs.cluster), claimsOf(inputs), known)) };
}

/** @param isKeyNew whether the stack has no key yet */
function allProblems(look: Look, plan: Plan, known: Known, isKeyNew: boolean): Problem[] {
  const problems = findProblems(look, claimsOf(plan), known);
  if (problems.length > 0 || !isKeyNew) return problems;
  const { namespace, dataVolume } = plan;
  if (look.found.every(({ found }) => found === undefined)) return [];
  // The server would not start.
  const reason =
    `claim '${dataVolume}' in namespace '${namespace}' exists already, and this stack doesn't have the key of what is in it: set ` +
    "pocketIdEncryptionKey (with --secret) to that key, or delete the accounts in it with " +
    `\`kubectl delete pvc ${dataVolume} --namespace=${namespace}\``;
  return [{ property: "dataVolume", reason }];
}
