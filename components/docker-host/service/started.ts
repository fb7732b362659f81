import { setTimeout as sleep } from "node:timers/promises";
import { handlerOf, notice, type ResourceRules } from "@ocis-pocket-id/providers/core";
import { z } from "zod";
import { type Container } from "../answers";
import { DockerError } from "../api";
import { type Docker, openDocker, type OpenDocker } from "../docker";
import { dockerHostSettings } from "../host";
import { lastWords, reasonIn, type Reasons } from "../text";
import { timeLimit, waiting } from "../waiting";

const text = z.string({ error: "must be text" }).min(1, "must not be empty");

const schema = z.object({
  docker: dockerHostSettings,
  container: text,
  check: z.array(text).default([]),
  timeoutSeconds: timeLimit(180),
  triggers: z.record(z.string(), text).default({}),
});

type Inputs = z.output<typeof schema>;

const rules: ResourceRules<Inputs, Inputs, OpenDocker> = {
  inputs: schema,
  notCompared: ["docker", "check", "timeoutSeconds"],
  ...waiting(
    (inputs, open) => untilStarted(inputs, open(inputs.docker)),
    ({ container }) => container,
  ),
};

/** The handler of `ContainerStarted`. */
export const containerStarted = handlerOf(rules, openDocker);

const PAUSE_MS = 1_000;
const REPORT_EVERY_MS = 15_000;
/** Without a check, what has run for so long has read its settings. */
const SETTLED_MS = 2_000;
/** Docker waits twice as long before each restart, beginning with 100 ms. */
const TOO_MANY_RESTARTS = 3;
const LOG_LINES = 20;

async function untilStarted(inputs: Inputs, docker: Docker): Promise<void> {
  const { container: name, timeoutSeconds } = inputs;
  const start = Date.now();
  let nextReport = REPORT_EVERY_MS;
  for (;;) {
    const found = await docker.findContainer(name);
    if (found === undefined) throw new Error(`container '${name}' is gone: run \`pulumi up\` again`);
    if (found.State.Running && !found.State.Restarting && (await isStarted(inputs, found, docker))) return;
    const log = await docker.lastLogLines(name, LOG_LINES);
    const restarts = found.RestartCount ?? 0;
    const passing = reasonIn(PASSING, log.join("\n"));
    if (restarts >= TOO_MANY_RESTARTS && passing === undefined) {
      const reason = reasonIn(REASONS, log.join("\n")) ?? "fix what its log says";
      throw new Error(
        `container '${name}' stops again and again (${restarts} restarts): ${reason}; then run \`pulumi up\` again. (${lastWords(log)})`,
      );
    }
    const passed = Date.now() - start;
    const seconds = Math.round(passed / 1_000);
    if (passed + PAUSE_MS > timeoutSeconds * 1_000) {
      throw new Error(`container '${name}' isn't ready after ${seconds} seconds (${lastWords(log)})`);
    }
    if (passed >= nextReport) {
      notice(`waiting for container '${name}' (${seconds} s): ${passing ?? lastWords(log)}`);
      nextReport += REPORT_EVERY_MS;
    }
    await sleep(PAUSE_MS);
  }
}

async function isStarted({ container, check }: Inputs, found: Container, docker: Docker): Promise<boolean> {
  if (check.length === 0) return Date.now() - Date.parse(found.State.StartedAt ?? "") >= SETTLED_MS;
  try {
    return (await docker.run(container, check)).exitCode === 0;
  } catch (error) {
    // It may have stopped since we looked at it.
    if (error instanceof DockerError) return false;
    throw error;
  }
}

/** Why a service doesn't run yet, by its log. */
export const PASSING: Reasons = {
  "already one instance":
    "it waits for the lock that a server left which was killed, for two minutes at most",
};

/** Why it never will. */
export const REASONS: Reasons = {
  "failed to decrypt":
    "its volume was made with another key: set pocketIdEncryptionKey (with --secret) to that key, or delete the accounts with " +
    "`docker volume rm`",
  "no space left on device": "the disk of its volumes is full",
  "permission denied": "it may not use its files: correct their owner",
  "address already in use": "another program has its port: stop that",
};
