import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { load } from "js-yaml";
import { ROOT } from "./pages";
import { gitlabProblems, RELEASES, workflowProblems } from "./workflow-rules";

/** Examples of CI are copied as they are: what they do with secrets is checked here. */
const EXAMPLES = join(ROOT, "examples");
const files = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" }).filter((file) =>
  /(?<!stack)\.ya?ml$/.test(file),
);
const read = (file: string) => readFileSync(join(EXAMPLES, file), "utf8");
const isGitlab = (file: string) => file.includes("gitlab");

test("there are examples for both", () => {
  expect(files.filter(isGitlab).length).toBeGreaterThan(0);
  expect(files.filter((file) => !isGitlab(file)).length).toBeGreaterThan(1);
});

test.each(files)("%s keeps to the rules", (file) => {
  expect((isGitlab(file) ? gitlabProblems : workflowProblems)(read(file))).toEqual([]);
});

describe("a workflow that", () => {
  const good = read("github-actions/company.yml");
  const drift = read("scheduled-drift/github-actions.yml");
  const [release = ""] = Object.keys(RELEASES);
  const pin = `${release} # ${RELEASES[release] ?? ""}`;

  test.each<[string, string, string | RegExp, string, string]>([
    ["names a tag", good, pin, "actions/checkout@v7", "actions/checkout@v7 is not pinned by a commit"],
    ["names a branch", good, pin, "actions/checkout@main", "actions/checkout@main is not pinned by a commit"],
    ["has a short commit", good, release, release.slice(0, -10), "is not pinned by a commit"],
    ["leaves the version out", good, pin, release, "has no version in a comment"],
    ["makes a commit up", good, release, release.replace(/.$/, "0"), "is not known to be v7.0.1"],
    [
      "has the permissions that the repository gives",
      drift,
      "permissions: {}",
      "",
      "must start from permissions: {}",
    ],
    [
      "lets a job do more than it must",
      drift,
      "contents: read",
      "contents: write",
      "has the permission contents: write",
    ],
    [
      "lets a job write to pull requests",
      drift,
      "contents: read",
      "pull-requests: write",
      "may write to pull requests, and does not",
    ],
    ["runs for strangers", good, "pull_request:", "pull_request_target:", "a stranger's code with secrets"],
    [
      "previews pull requests of forks",
      good,
      / && github.event.pull_request.*/,
      "",
      "runs for pull requests of forks",
    ],
    [
      "gives all jobs a secret",
      good,
      "jobs:",
      "env:\n  KEY: ${{ secrets.KEY }}\njobs:",
      "the workflow's env has a secret",
    ],
    [
      "gives all steps a secret",
      drift,
      "    steps:",
      "    env:\n      KEY: ${{ secrets.KEY }}\n    steps:",
      "its env has a secret",
    ],
    [
      "gives a secret to the installer",
      drift,
      "run: npm ci --ignore-scripts",
      'run: npm ci --ignore-scripts\n        env: { KEY: "${{ secrets.KEY }}" }',
      "a step has a secret that it does not need",
    ],
    [
      "gives a secret to another action",
      drift,
      "node-version: 22",
      'token: "${{ secrets.KEY }}"',
      "a step has a secret that it does not need",
    ],
    [
      "writes an expression into a shell",
      drift,
      '"$GITHUB_STEP_SUMMARY"',
      "${{ github.ref_name }}",
      "a run has ${{ }}",
    ],
    [
      "keeps the token",
      drift,
      "persist-credentials: false",
      "fetch-depth: 0",
      "the checkout keeps the token",
    ],
    [
      "lets packages run scripts",
      drift,
      "npm ci --ignore-scripts",
      "npm ci",
      "without npm ci --ignore-scripts",
    ],
    ["compiles nothing", drift, "npm run build", "echo done", "nothing compiles after npm ci"],
  ])("%s is found out", (_what, text, from, to, problem) => {
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(workflowProblems(changed).join("\n")).toContain(problem);
  });
});

describe("a pipeline of GitLab that", () => {
  const good = read("scheduled-drift/gitlab-ci.yml");

  test.each([
    [
      "installs where secrets are",
      "  before_script:\n",
      "  before_script:\n    - npm ci --ignore-scripts && npm run build\n",
      "drift: installs where secrets are",
    ],
    ["lets every job have the secrets", /^ {2}environment: .*\n/m, "", "drift: has no environment"],
    [
      "lets packages run scripts",
      "npm ci --ignore-scripts",
      "npm ci",
      "install: packages are installed without",
    ],
    ["compiles nothing", "npm run build", "echo done", "install: nothing compiles after npm ci"],
    [
      "takes any version of a program",
      "--version 3.259.0 ",
      "",
      "install: downloads a program without a version",
    ],
  ])("%s is found out", (_what, from, to, problem) => {
    const changed = good.replace(from, to);
    expect(changed).not.toBe(good);
    expect(gitlabProblems(changed).join("\n")).toContain(problem);
  });
});

const noAgent = spawnSync("ssh-add", ["-h"]).error?.message ?? spawnSync("ssh-agent", ["-h"]).error?.message;
if (noAgent !== undefined) console.log(`The step that hands a key to an agent is not tried: ${noAgent}`);
const testWithAgent = noAgent === undefined ? test : test.skip;

testWithAgent.each(files.filter((file) => !isGitlab(file)))(
  "%s: the key gets into an agent, and onto no disk",
  (file) => {
    const { jobs } = load(read(file)) as { jobs: Record<string, { steps: { run?: string }[] }> };
    const steps = Object.values(jobs).flatMap((job) =>
      job.steps.filter(({ run = "" }) => run.includes("ssh-add")),
    );
    const [{ run = "" } = {}] = steps;
    expect(new Set(steps.map((step) => step.run)).size).toBe(1);

    const home = mkdtempSync(join(tmpdir(), "runner-"));
    try {
      const keys = join(home, "keys");
      const runner = join(home, "home");
      for (const folder of [keys, runner]) mkdirSync(folder);
      spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", join(keys, "id")]);
      const key = readFileSync(join(keys, "id"), "utf8");
      const env = {
        PATH: process.env["PATH"] ?? "",
        HOME: runner,
        RUNNER_TEMP: runner,
        GITHUB_ENV: join(runner, "env"),
        // As it is pasted from Windows, without the last line break, which GitHub takes away.
        DOCKER_SSH_KEY: key.trimEnd().replaceAll("\n", "\r\n"),
        DOCKER_KNOWN_HOSTS: "server.company.com ssh-ed25519 AAAA",
      };
      // As GitHub runs it.
      const script = `${run}\necho "agent:$SSH_AGENT_PID"`;
      const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", script], { env, encoding: "utf8" });
      const agent = readFileSync(env.GITHUB_ENV, "utf8").trim().replace("SSH_AUTH_SOCK=", "");
      const listed = spawnSync("ssh-add", ["-L"], {
        env: { ...env, SSH_AUTH_SOCK: agent },
        encoding: "utf8",
      });
      process.kill(Number(/agent:(\d+)/.exec(stdout)?.[1]));
      expect([status, stderr]).toEqual([0, expect.stringContaining("Identity added")]);
      expect(listed.stdout).toContain(readFileSync(join(keys, "id.pub"), "utf8").split(" ")[1]);
      expect(readFileSync(join(runner, ".ssh", "known_hosts"), "utf8")).toBe(`${env.DOCKER_KNOWN_HOSTS}\n`);
      const written = readdirSync(runner, { recursive: true, encoding: "utf8" })
        .map((name) => join(runner, name))
        .filter((name) => statSync(name).isFile());
      expect(written.map((name) => relative(runner, name)).sort()).toEqual([".ssh/known_hosts", "env"]);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  },
);
