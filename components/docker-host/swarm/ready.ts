import { handlerOf, notice, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { PRODUCT_KEYS, productOf } from "../../settings/products";
import type { SwarmTask } from "../answers";
import { type Docker, openDocker, type OpenDocker } from "../docker";
import { dockerHostSettings } from "../host";
import { diagnose, type Observation } from "../readiness/diagnosis";
import { type Look, observe, untilLoginsWork } from "../readiness/handler";
import { watchServices } from "../readiness/services";
import { timeLimit, type Verdict, waiting } from "../waiting";
import { diagnoseTask, progressOf } from "./tasks";

const text = z.string({ error: "must be text" }).min(1, "must not be empty");

const schema = z.object({
  docker: dockerHostSettings,
  product: z.enum(PRODUCT_KEYS).optional(),
  service: text,
  issuer: text,
  tls: z.boolean({ error: "must be true or false" }).default(false),
  // A task may take half a minute to stop before the next one starts.
  timeoutSeconds: timeLimit(180),
  triggers: z.record(z.string(), text).default({}),
});

type Inputs = z.output<typeof schema>;

const rules: ResourceRules<Inputs, Inputs, OpenDocker> = {
  inputs: schema,
  notCompared: ["timeoutSeconds"],
  ...waiting(
    (inputs, open) => untilReady(inputs, open(inputs.docker)),
    ({ service }) => service,
  ),
};

/** The handler of `SwarmReady`. */
export const swarmReady = handlerOf(rules, openDocker);

/** What ended before that has another reason, perhaps. */
const REMEMBERED_MS = 60_000;

async function untilReady(inputs: Inputs, docker: Docker): Promise<void> {
  const since = Date.now() - REMEMBERED_MS;
  const starting = watchServices(docker, productOf(inputs.product));
  await untilLoginsWork(inputs, () => look(inputs, docker, since, starting));
}

async function look(
  { product, service, issuer, tls }: Inputs,
  docker: Docker,
  since: number,
  starting: ReturnType<typeof watchServices>,
): Promise<Look> {
  const where = `Service '${service}'`;
  const none = (verdict: Verdict | undefined): Look => ({ verdict, log: [], where });
  const found = await docker.findService(service);
  if (found === undefined) {
    const reason = `service '${service}' is gone: run \`pulumi up --refresh\` to recreate it`;
    return none({ reason, hopeless: true });
  }
  const { current, ended } = progressOf(found, await docker.tasksOf(found.ID), since);
  const { NodeID } = await docker.swarm();
  const container = current && containerOf(current);
  if (current?.NodeID !== undefined && current.NodeID !== NodeID && current.Status.State === "running") {
    notice(
      `warning: oCIS runs on another node of the Swarm (${current.NodeID}), where logins can't be checked: its health check passes`,
    );
    return none(undefined);
  }
  const [last] = ended.filter(({ NodeID: node }) => node === NodeID);
  const before = last && (await seenOf(last, { product, tls }, docker));
  if (current === undefined || container === undefined || current.NodeID !== NodeID) {
    const stopped = before && ended.length >= 2 ? { ...before, restarts: ended.length } : undefined;
    const verdict = stopped
      ? diagnose(stopped, { container: service, issuer, tls })
      : diagnoseTask(current, ended);
    return { verdict, log: before?.log ?? [], where };
  }
  const now = await observe({ product, container, tls }, docker);
  const seen = { ...now, restarts: ended.length, log: [...(before?.log ?? []), ...now.log] };
  const verdict =
    diagnose(seen, { container: service, issuer, tls }) ??
    (await starting(container)) ??
    (current.Status.State === "running"
      ? undefined
      : { reason: "its health check hasn't passed yet", hopeless: false });
  return { verdict, log: seen.log, where };
}

/** A container that ended, as Docker still has it. */
async function seenOf(
  task: SwarmTask,
  asked: Pick<Inputs, "product" | "tls">,
  docker: Docker,
): Promise<Observation | undefined> {
  const container = containerOf(task);
  if (container === undefined) return undefined;
  const seen = await observe({ ...asked, container }, docker);
  return seen.status === undefined ? undefined : seen;
}

function containerOf({ Status }: SwarmTask): string | undefined {
  const id = Status.ContainerStatus?.ContainerID;
  return id === "" ? undefined : id;
}
