import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { DockerError, DockerTimeoutError } from "../api";
import { type Docker, openDocker, type OpenDocker } from "../docker";
import { isAlarming, readable } from "../log-line";
import { dockerHostSettings, type DockerHostSettings } from "../settings";
import { handlerOf, notice, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { diagnose, type Observation, type Verdict } from "./diagnosis";
import { ask } from "./probe";

interface Inputs {
  docker: DockerHostSettings;
  container: string;
  issuer: string;
  tls: boolean;
  timeoutSeconds: number;
  triggers: Record<string, string>;
}

const text = z.string({ error: "must be text" });

const rules: ResourceRules<Inputs, Inputs, OpenDocker> = {
  inputs: z.object({
    docker: dockerHostSettings,
    container: text.min(1, "must not be empty"),
    issuer: text.min(1, "must not be empty"),
    tls: z.boolean({ error: "must be true or false" }).default(false),
    timeoutSeconds: z
      .number({ error: "must be a number" })
      .min(1, "must be 1 to 3600 seconds")
      .max(3_600, "must be 1 to 3600 seconds")
      .default(120),
    triggers: z.record(z.string(), text).default({}),
  }),
  notCompared: ["timeoutSeconds"],

  async create(inputs, open) {
    await untilReady(inputs, open(inputs.docker));
    return { id: inputs.container, outputs: inputs };
  },

  async update(_id, _olds, news, open) {
    await untilReady(news, open(news.docker));
    return news;
  },

  // What was true at the last `up`. Whether it is now is for monitoring to say: a refresh should not fail with oCIS.
  read: (_id, olds) => Promise.resolve(olds),
  delete: () => Promise.resolve(),
};

/** The handler of {@link OcisReady}. */
export const ocisReady = handlerOf(rules, openDocker);

const PAUSE_MS = 1_500;
const REPORT_EVERY_MS = 15_000;
/** So often in a row must waiting look hopeless before it is given up: things move while containers start. */
const TIMES_HOPELESS = 2;
const LOG_LINES = 40;
const SHOWN_LINES = 3;

async function untilReady(inputs: Inputs, docker: Docker): Promise<void> {
  const start = Date.now();
  const limit = inputs.timeoutSeconds * 1_000;
  let nextReport = REPORT_EVERY_MS;
  let timesHopeless = 0;
  for (;;) {
    const seen = await observe(inputs, docker);
    const verdict = diagnose(seen, inputs);
    if (verdict === undefined) return;
    timesHopeless = verdict.hopeless ? timesHopeless + 1 : 0;
    const passed = Date.now() - start;
    if (timesHopeless >= TIMES_HOPELESS) throw new Error(failure(inputs, verdict, seen));
    if (passed + PAUSE_MS > limit) {
      throw new Error(failure(inputs, verdict, seen, ` after ${inputs.timeoutSeconds} seconds`));
    }
    if (passed >= nextReport) {
      notice(`waiting for logins (${Math.round(passed / 1_000)} s): ${verdict.reason}`);
      nextReport += REPORT_EVERY_MS;
    }
    await sleep(PAUSE_MS);
  }
}

async function observe({ container, tls }: Inputs, docker: Docker): Promise<Observation> {
  const found = await docker.findContainer(container);
  const state = found?.State;
  const isRunning = state?.Running === true && !state.Restarting;
  const answer = isRunning ? await askUnlessStopped(docker, container, tls) : undefined;
  return {
    status: state?.Status,
    exitCode: state?.ExitCode ?? 0,
    restarts: found?.RestartCount ?? 0,
    outOfMemory: state?.OOMKilled ?? false,
    told: variable(found?.Config.Env, "OCIS_OIDC_ISSUER"),
    answer,
    selinux: state !== undefined && !isRunning && (await hasSelinux(docker)),
    log: found === undefined ? [] : await docker.lastLogLines(container, LOG_LINES),
  };
}

async function hasSelinux(docker: Docker): Promise<boolean> {
  return (await docker.info()).SecurityOptions?.some((option) => option.startsWith("name=selinux")) ?? false;
}

function variable(environment: readonly string[] | null | undefined, name: string): string | undefined {
  return environment?.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** A container may stop between the look at it and the question. */
async function askUnlessStopped(docker: Docker, container: string, tls: boolean) {
  try {
    return await ask(docker, container, tls);
  } catch (error) {
    if (error instanceof DockerError && error.status !== undefined) return undefined;
    // Docker may never tell that a command ended which ended at once.
    if (error instanceof DockerTimeoutError) return { kind: "none", reason: "no answer in time" } as const;
    throw error;
  }
}

function failure({ container }: Inputs, { reason }: Verdict, { log }: Observation, when = ""): string {
  const alarming = log.filter(isAlarming);
  const lines = (alarming.length === 0 ? log : alarming).map(readable);
  const shown = [...new Set(lines)].slice(-SHOWN_LINES).join(" | ");
  const tail = shown === "" ? "its log is empty" : `last of its log: ${shown}`;
  return `nobody can log in to oCIS${when}: ${reason}; then run \`pulumi up\` again. (Container '${container}', ${tail})`;
}
