import { handlerOf, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { type Docker, openDocker, type OpenDocker } from "../docker";
import { inWordsOf, PRODUCT_KEYS, productOf } from "../../settings/products";
import { dockerHostSettings } from "../host";
import { lastWords } from "../text";
import { timeLimit, type Verdict, waiting, waitWhile } from "../waiting";
import { ask } from "./ask";
import { diagnose, type Observation } from "./diagnosis";
import { watchServices } from "./services";

const text = z.string({ error: "must be text" });

const schema = z.object({
  docker: dockerHostSettings,
  product: z.enum(PRODUCT_KEYS).optional(),
  container: text.min(1, "must not be empty"),
  issuer: text.min(1, "must not be empty"),
  tls: z.boolean({ error: "must be true or false" }).default(false),
  timeoutSeconds: timeLimit(120),
  triggers: z.record(z.string(), text).default({}),
});

type Inputs = z.output<typeof schema>;

const rules: ResourceRules<Inputs, Inputs, OpenDocker> = {
  inputs: schema,
  notCompared: ["timeoutSeconds"],
  ...waiting(
    (inputs, open) => untilReady(inputs, open(inputs.docker)),
    ({ container }) => container,
  ),
};

/** The handler of {@link OcisReady}. */
export const ocisReady = handlerOf(rules, openDocker);

const PAUSE_MS = 1_500;
const LOG_LINES = 40;
const SHOWN_LINES = 3;

function untilReady(inputs: Inputs, docker: Docker): Promise<void> {
  const starting = watchServices(docker, productOf(inputs.product));
  return untilLoginsWork(inputs, async () => {
    const seen = await observe(inputs, docker);
    const verdict =
      diagnose(seen, inputs) ?? (await starting(inputs.container)) ?? (await unrouted(inputs, docker));
    return { verdict, log: seen.log, where: `Container '${inputs.container}'` };
  });
}

/** What was seen when it was looked whether people can log in. */
export interface Look {
  /** Undefined when they can. */
  readonly verdict: Verdict | undefined;
  /** The last lines of oCIS's log, newest last. */
  readonly log: readonly string[];
  /** `Container 'ocis'`. */
  readonly where: string;
}

/**
 * Looks until people can log in.
 *
 * @throws Error in one line, when waiting won't help or the time is over
 */
export function untilLoginsWork(
  { product, timeoutSeconds }: Pick<Inputs, "product" | "timeoutSeconds">,
  look: () => Promise<Look>,
): Promise<void> {
  return waitWhile(look, {
    timeoutSeconds,
    pauseMs: PAUSE_MS,
    progress: (reason, seconds) =>
      `waiting for logins (${seconds} s): ${inWordsOf(productOf(product), reason)}`,
    failure: (verdict, seen, isOver) =>
      failure(product, verdict, seen, isOver ? ` after ${timeoutSeconds} seconds` : ""),
  });
}

/** Why Traefik has no route to it yet, if it's behind one. */
async function unrouted({ container }: Inputs, docker: Docker): Promise<Verdict | undefined> {
  const found = await docker.findContainer(container);
  if (found?.Config.Labels?.["traefik.enable"] !== "true") return undefined;
  const { Status: status = "healthy" } = found.State.Health ?? {};
  if (status === "healthy") return undefined;
  const reason = `Traefik serves only healthy containers, and Docker finds this one ${status}: see \`docker inspect ${container}\``;
  return { hopeless: false, reason };
}

/** Looks at a container by name or ID. */
export async function observe(
  { product, container, tls }: Pick<Inputs, "product" | "container" | "tls">,
  docker: Docker,
): Promise<Observation> {
  const issuer = `${productOf(product).prefix}_OIDC_ISSUER=`;
  const found = await docker.findContainer(container);
  const state = found?.State;
  const isRunning = state?.Running === true && !state.Restarting;
  const answer = isRunning ? await ask(docker, container, tls) : undefined;
  return {
    status: state?.Status,
    exitCode: state?.ExitCode ?? 0,
    restarts: found?.RestartCount ?? 0,
    outOfMemory: state?.OOMKilled ?? false,
    told: found?.Config.Env?.find((line) => line.startsWith(issuer))?.slice(issuer.length),
    answer,
    selinux: state !== undefined && !isRunning && (await docker.hasSecurityOption(/^name=selinux/)),
    log: found === undefined ? [] : await docker.lastLogLines(container, LOG_LINES),
  };
}

function failure(product: Inputs["product"], verdict: Verdict, { log, where }: Look, when = ""): string {
  const tail = lastWords(log, SHOWN_LINES);
  const reason = inWordsOf(
    productOf(product),
    `nobody can log in to oCIS${when}: ${verdict.reason}; then run \`pulumi up\` again.`,
  );
  return `${reason} (${where}, ${tail})`;
}
