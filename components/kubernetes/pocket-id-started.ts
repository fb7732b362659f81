import { request } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { handlerOf, notice, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import type { Verdict } from "../docker-host/readiness/diagnosis";
import { PASSING, REASONS } from "../docker-host/service/started";
import { lastWords, reasonIn } from "../docker-host/text";
import { timeLimit } from "../docker-host/waiting";
import { type Cluster, openCluster, type OpenCluster, type Pod, type StatefulSet } from "./cluster";
import { diagnosePod, newestOf, whyNone } from "./pods";
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
  async create(inputs, open) {
    await untilStarted(inputs, open(inputs.cluster));
    return { id: `${inputs.namespace}/${inputs.name}`, outputs: inputs };
  },
  async update(_id, _olds, news, open) {
    await untilStarted(news, open(news.cluster));
    return news;
  },
  // What was true at the last `up`.
  read: (_id, olds) => Promise.resolve(olds),
  delete: () => Promise.resolve(),
};

/** The handler of `PocketIdStarted`. */
export const pocketIdStarted = handlerOf(rules, openCluster);

const PORT = 1411;
const PAUSE_MS = 1_000;
const REPORT_EVERY_MS = 15_000;
const LOG_LINES = 20;
/** Kubernetes waits longer before each restart, beginning with ten seconds. */
const TOO_MANY_RESTARTS = 3;
/** So often in a row must waiting look hopeless: a look at a moment between two containers finds no reason. */
const TIMES_HOPELESS = 2;

async function untilStarted(inputs: Inputs, cluster: Cluster): Promise<void> {
  const { namespace, name, admin, timeoutSeconds } = inputs;
  const start = Date.now();
  const pod = `${name}-0`;
  let nextReport = REPORT_EVERY_MS;
  let timesHopeless = 0;
  for (;;) {
    const verdict = await look(inputs, cluster);
    if (verdict === undefined) break;
    const { reason, hopeless } = verdict;
    const passed = Date.now() - start;
    const seconds = Math.round(passed / 1_000);
    timesHopeless = hopeless ? timesHopeless + 1 : 0;
    if (timesHopeless >= TIMES_HOPELESS || passed + PAUSE_MS > timeoutSeconds * 1_000) {
      throw new Error(
        `Pocket ID doesn't run after ${seconds} seconds: ${reason}; then run \`pulumi up\` again. (Pod '${pod}' in namespace '${namespace}')`,
      );
    }
    if (passed >= nextReport) {
      notice(`waiting for Pocket ID (${seconds} s): ${reason}`);
      nextReport += REPORT_EVERY_MS;
    }
    await sleep(PAUSE_MS);
  }
  if (admin !== undefined) await cluster.forward(namespace, pod, PORT, (url) => closeSetup(url, admin));
}

/** Why it doesn't run yet. */
async function look({ namespace, name }: Inputs, cluster: Cluster): Promise<Verdict | undefined> {
  const found = await cluster.find<StatefulSet>("statefulset", name, namespace);
  if (found === undefined) {
    const reason = `StatefulSet '${name}' is gone: run \`pulumi up --refresh\` to recreate it`;
    return { reason, hopeless: true };
  }
  const pods = await cluster.list<Pod>("pods", namespace, `--selector=app.kubernetes.io/instance=${name}`);
  const pod = newestOf(found, pods);
  if (pod === undefined) return whyNone(cluster, namespace, name, pods.length > 0);
  const [container] = pod.status.containerStatuses ?? [];
  if (container?.ready === true) return undefined;
  const waiting = diagnosePod(pod);
  if (waiting !== undefined) return waiting;
  const restarts = container?.restartCount ?? 0;
  const isRunning = container?.state?.running !== undefined;
  const log = await cluster.log(namespace, pod.metadata.name, LOG_LINES, !isRunning && restarts > 0);
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
