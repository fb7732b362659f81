import { request } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { handlerOf, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { PASSING, REASONS } from "../docker-host/service/started";
import { lastWords, reasonIn } from "../docker-host/text";
import { timeLimit, type Verdict, waiting, waitWhile } from "../docker-host/waiting";
import { type Cluster, openCluster, type OpenCluster } from "./cluster";
import { containerOf, diagnosePod, findPod } from "./pods";
import { clusterSettings } from "./settings";

const text = z.string({ error: "must be text" }).min(1, "must not be empty");

const schema = z.object({
  cluster: clusterSettings,
  namespace: text,
  /** Of the StatefulSet. */
  name: text,
  admin: z
    .object({ username: text, email: text, firstName: text.optional(), lastName: z.string().optional() })
    .optional(),
  timeoutSeconds: timeLimit(300),
  triggers: z.record(z.string(), text).default({}),
});

type Inputs = z.output<typeof schema>;

const rules: ResourceRules<Inputs, Inputs, OpenCluster> = {
  inputs: schema,
  notCompared: ["admin", "timeoutSeconds"],
  ...waiting(
    (inputs, open) => untilStarted(inputs, open(inputs.cluster)),
    ({ namespace, name }) => `${namespace}/${name}`,
  ),
};

/** The handler of `PocketIdStarted`. */
export const pocketIdStarted = handlerOf(rules, openCluster);

const PORT = 1411;
const PAUSE_MS = 1_000;
const LOG_LINES = 20;
/** Kubernetes waits longer before each restart, beginning with ten seconds. */
const TOO_MANY_RESTARTS = 3;
async function untilStarted(inputs: Inputs, cluster: Cluster): Promise<void> {
  const { namespace, name, admin, timeoutSeconds } = inputs;
  const pod = `${name}-0`;
  await waitWhile(async () => ({ verdict: await look(inputs, cluster) }), {
    timeoutSeconds,
    pauseMs: PAUSE_MS,
    progress: (reason, seconds) => `waiting for Pocket ID (${seconds} s): ${reason}`,
    failure: ({ reason }, _seen, _isOver, seconds) =>
      `Pocket ID doesn't run after ${seconds} seconds: ${reason}; then run \`pulumi up\` again. ` +
      `(Pod '${pod}' in namespace '${namespace}')`,
  });
  if (admin !== undefined) await cluster.forward(namespace, pod, PORT, (url) => closeSetup(url, admin));
}

/** Why it doesn't run yet. */
async function look({ namespace, name }: Inputs, cluster: Cluster): Promise<Verdict | undefined> {
  const found = await findPod(cluster, namespace, name);
  if ("verdict" in found) return found.verdict;
  const { pod } = found;
  if (pod.status.containerStatuses?.[0]?.ready === true) return undefined;
  const unable = diagnosePod(pod);
  if (unable !== undefined) return unable;
  const { restarts, log } = await containerOf(cluster, namespace, pod, LOG_LINES);
  const passing = reasonIn(PASSING, log.join("\n"));
  if (passing !== undefined) return { reason: passing, hopeless: false };
  const cause = reasonIn(CAUSES, log.join("\n"));
  return {
    reason: `${cause ?? "its health check hasn't passed yet"} (${lastWords(log)})`,
    hopeless: restarts >= TOO_MANY_RESTARTS,
  };
}

/** Why it doesn't run, by its log. */
const CAUSES = {
  ...REASONS,
  "failed to decrypt":
    "its database was encrypted with another key: set pocketIdEncryptionKey (with --secret) to that key",
  "failed to (connect to|ping \\w+) database":
    "its PostgreSQL can't be reached, or refuses the login: correct pocketIdDatabase",
};

const SETUP = "/api/signup/setup";

/** Takes the place of the first visitor of a new Pocket ID, who becomes its admin. */
async function closeSetup(url: string, admin: NonNullable<Inputs["admin"]>): Promise<void> {
  const { status } = await send("GET", `${url}${SETUP}`);
  if (status !== 204) return;
  const { username, firstName = username, lastName = "" } = admin;
  const answer = await send("POST", `${url}${SETUP}`, { ...admin, firstName, lastName });
  if (answer.status === 200) return;
  throw new Error(`Pocket ID didn't make ${username} its first admin (${answer.status}): ${answer.body}`);
}

const TIME_LIMIT_MS = 20_000;

function send(method: string, url: string, body?: object): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "Content-Type": "application/json" };
    request(url, { method, headers, signal: AbortSignal.timeout(TIME_LIMIT_MS) }, (answer) => {
      textOf(answer).then((answered) => {
        resolve({ status: answer.statusCode ?? 0, body: answered.slice(0, 300) });
      }, reject);
    })
      .once("error", reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}
