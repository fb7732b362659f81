import { load } from "js-yaml";

/** A step of GitHub Actions, as far as the rules go. */
interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly env?: unknown;
  readonly if?: string;
}

interface Workflow {
  readonly on?: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly env?: unknown;
  readonly jobs?: Readonly<Record<string, Job>>;
}

/**
 * Releases of actions, each with the commit that its tag names. Looked up in the actions' own repositories: never write one
 * here that was not.
 */
export const RELEASES: Readonly<Record<string, string>> = {
  "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1": "v7.0.1",
  "actions/setup-node@820762786026740c76f36085b0efc47a31fe5020": "v7.0.0",
  "actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f": "v7.0.0",
  "pulumi/actions@8e5e406f4007fca908480587cb9893c07090f58d": "v7.0.0",
};

/** What a job may do to the repository; all else is refused. */
const PERMISSIONS: readonly string[] = ["contents: read", "pull-requests: write"];

/** What a workflow of GitHub Actions does that ours must not, a line each. */
export function workflowProblems(text: string): string[] {
  const workflow = load(text) as Workflow;
  const jobs = Object.entries(workflow.jobs ?? {});
  return [
    ...unpinned(text),
    ...(Object.keys(workflow.permissions ?? { all: "" }).length > 0
      ? ["the workflow must start from permissions: {}"]
      : []),
    ...(workflow.on !== undefined && "pull_request_target" in workflow.on
      ? ["pull_request_target runs a stranger's code with secrets"]
      : []),
    ...(hasSecret(workflow.env)
      ? ["the workflow's env has a secret: give it to the steps that need it"]
      : []),
    ...jobs.flatMap(([name, job]) =>
      jobProblems(job, workflow.on ?? {}).map((problem) => `${name}: ${problem}`),
    ),
  ];
}

function unpinned(text: string): string[] {
  return [...text.matchAll(/^\s*(?:- )?uses: *(\S+)(?: *# *(v[\d.]+\d))?/gm)].flatMap(
    ([, uses = "", version]) => {
      if (!/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses)) return [`${uses} is not pinned by a commit`];
      if (version === undefined) return [`${uses} has no version in a comment`];
      return RELEASES[uses] === version ? [] : [`${uses} is not known to be ${version}`];
    },
  );
}

function jobProblems(job: Job, on: object): string[] {
  const { permissions, steps = [], env } = job;
  const rights = Object.entries(permissions ?? {}).map(([what, right]) => `${what}: ${right}`);
  const secretOnPullRequest =
    "pull_request" in on &&
    steps.some(hasSecret) &&
    !/event_name == 'push'|head\.repo\.full_name == github\.repository/.test(job.if ?? "");
  return [
    ...(permissions === undefined ? ["names no permissions"] : []),
    ...rights.filter((right) => !PERMISSIONS.includes(right)).map((right) => `has the permission ${right}`),
    ...(rights.includes("pull-requests: write") &&
    !steps.some((step) => step.with?.["comment-on-pr"] === true)
      ? ["may write to pull requests, and does not"]
      : []),
    ...(hasSecret(env) ? ["its env has a secret: give it to the steps that need it"] : []),
    ...(secretOnPullRequest ? ["has secrets, and runs for pull requests of forks"] : []),
    ...steps.flatMap((step, index) => stepProblems(step, steps.slice(index + 1))),
  ];
}

function stepProblems(step: Step, later: readonly Step[]): string[] {
  const { uses = "", run = "" } = step;
  return [
    ...(run.includes("${{") ? ["a run has ${{ }}: pass it by env"] : []),
    ...(uses.startsWith("actions/checkout@") && step.with?.["persist-credentials"] !== false
      ? ["the checkout keeps the token: set persist-credentials: false"]
      : []),
    ...installProblems(
      run,
      later.map((one) => one.run ?? ""),
    ),
    ...(hasSecret(step) && !needsSecret(step) ? ["a step has a secret that it does not need"] : []),
  ];
}

/** Packages' scripts don't run; our own, which compiles, must then be called. */
function installProblems(run: string, later: readonly string[]): string[] {
  if (!/\bnpm (ci|i|install)\b/.test(run)) return [];
  return [
    ...(/\bnpm ci --ignore-scripts\b/.test(run)
      ? []
      : ["packages are installed without npm ci --ignore-scripts"]),
    ...([run, ...later].some((text) => text.includes("npm run build"))
      ? []
      : ["nothing compiles after npm ci"]),
  ];
}

/** Runs the engine, or hands the key to an agent. */
function needsSecret({ uses = "", run = "", with: input = {} }: Step): boolean {
  if (uses.startsWith("pulumi/actions@")) return input["command"] !== undefined;
  return /\bocis-pocket-id (drift|doctor)\b|\bpulumi \w+|\bssh-add\b/.test(run) && !/\bnpm ci\b/.test(run);
}

const hasSecret = (value: unknown): boolean => JSON.stringify(value ?? null).includes("secrets.");

/** A job of GitLab CI. */
interface GitlabJob {
  readonly environment?: unknown;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
}

/** The same for GitLab, where secrets are variables of the project that an environment's jobs alone get. */
export function gitlabProblems(text: string): string[] {
  const all = Object.entries(load(text) as Record<string, GitlabJob>);
  return all
    .filter(([, job]) => job.script !== undefined)
    .flatMap(([name, { environment, before_script: before = [], script = [] }]) => {
      const lines = [...before, ...script];
      const installs = lines.filter((line) => /\bnpm (ci|i|install)\b|\bcurl\b.*\|/.test(line));
      return [
        ...(environment !== undefined && installs.length > 0 ? ["installs where secrets are"] : []),
        ...(environment === undefined && lines.some((line) => /ocis-pocket-id|ssh-add/.test(line))
          ? ["has no environment, by which it would get its secrets"]
          : []),
        ...lines.flatMap((line, index) => installProblems(line, lines.slice(index + 1))),
        ...installs
          .filter((line) => line.includes("curl") && !/--version \d+\.\d+\.\d+/.test(line))
          .map(() => "downloads a program without a version"),
      ].map((problem) => `${name}: ${problem}`);
    });
}
