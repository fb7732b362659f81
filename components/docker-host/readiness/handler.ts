import { setTimeout as sleep } from "node:timers/promises";
import { handlerOf, notice, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { DockerError, DockerTimeoutError } from "../api";
import { type CommandResult, type Docker, openDocker, type OpenDocker } from "../docker";
import { dockerHostSettings } from "../host";
import { lastWords } from "../text";
import { type Answer, diagnose, type Observation, type Verdict } from "./diagnosis";

const text = z.string({ error: "must be text" });

const schema = z.object({
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
});

type Inputs = z.output<typeof schema>;

const rules: ResourceRules<Inputs, Inputs, OpenDocker> = {
  inputs: schema,
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
const ISSUER = "OCIS_OIDC_ISSUER=";
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
  const answer = isRunning ? await ask(docker, container, tls) : undefined;
  return {
    status: state?.Status,
    exitCode: state?.ExitCode ?? 0,
    restarts: found?.RestartCount ?? 0,
    outOfMemory: state?.OOMKilled ?? false,
    told: found?.Config.Env?.find((line) => line.startsWith(ISSUER))?.slice(ISSUER.length),
    answer,
    selinux: state !== undefined && !isRunning && (await docker.hasSecurityOption(/^name=selinux/)),
    log: found === undefined ? [] : await docker.lastLogLines(container, LOG_LINES),
  };
}

function failure({ container }: Inputs, { reason }: Verdict, { log }: Observation, when = ""): string {
  const tail = lastWords(log, SHOWN_LINES);
  return `nobody can log in to oCIS${when}: ${reason}; then run \`pulumi up\` again. (Container '${container}', ${tail})`;
}

const STATUS_MARK = "http-status=";

/**
 * Asks from inside the container, where no port needs to be published and no proxy be there. The official image has curl,
 * smaller ones have busybox's wget. Certificates are not checked: on its own address oCIS has none that would fit.
 */
async function ask(docker: Docker, container: string, tls: boolean): Promise<Answer | undefined> {
  const url = `${tls ? "https" : "http"}://127.0.0.1:9200/.well-known/openid-configuration`;
  const script = [
    `if command -v curl >/dev/null 2>&1; then curl -sS -k --max-time 10 -w '\\n${STATUS_MARK}%{http_code}' '${url}'`,
    `elif command -v wget >/dev/null 2>&1; then timeout 10 wget -q -O - --no-check-certificate '${url}'`,
    "else exit 127; fi",
  ].join("; ");
  try {
    return answerOf(await docker.run(container, ["/bin/sh", "-c", script]));
  } catch (error) {
    // The container may have stopped since we looked at it.
    if (error instanceof DockerError && error.status !== undefined) return undefined;
    // Docker may never tell that a command ended which ended at once.
    if (error instanceof DockerTimeoutError) return { kind: "none", reason: "no answer in time" };
    throw error;
  }
}

/** Understands what curl or wget wrote. */
export function answerOf({ exitCode, output }: CommandResult): Answer {
  if (exitCode === 126 || exitCode === 127) {
    return { kind: "none", reason: "the image has neither curl nor wget to ask with" };
  }
  const [body = "", status] = output.split(`\n${STATUS_MARK}`);
  const issuer = issuerIn(body);
  if (issuer !== undefined) return { kind: "document", issuer };
  const code = Number(status ?? /HTTP\/[\d.]+ (\d{3})/.exec(body)?.[1] ?? 0);
  if (code > 0) return { kind: "http", status: code, body: body.trim() };
  if (exitCode === 0) return { kind: "http", status: 200, body: body.trim() };
  return { kind: "none", reason: body.replace(/\s+/g, " ").trim() };
}

function issuerIn(text: string): string | undefined {
  try {
    const { issuer } = JSON.parse(text) as { issuer?: unknown };
    return typeof issuer === "string" ? issuer : undefined;
  } catch {
    return undefined;
  }
}
