import { dump, load } from "js-yaml";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runImport } from "../../cli/import/run";
import { FakeKubectl } from "../components/kubernetes/fake-kubectl";
import { answersOf, type Fields, itemsOf, SETUPS } from "./by-hand-in-kubernetes";

const kubectl = new FakeKubectl();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "import-"));
  writeFileSync(join(folder, "Pulumi.yaml"), "name: ocis-pocket-id\nruntime: nodejs\n");
});
afterAll(() => {
  kubectl.remove();
  rmSync(folder, { recursive: true, force: true });
});

const OPTIONS = { compose: [], members: false, "dry-run": true, json: true, stack: "company" };

/** What the command prints, in this process. */
async function run(options: object = {}): Promise<string> {
  let stdout = "";
  const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  try {
    await runImport({ ...OPTIONS, cwd: folder, ...options } as unknown as Parameters<typeof runImport>[0]);
    return stdout;
  } finally {
    write.mockRestore();
  }
}

const expectNoSecret = (printed: string) => {
  for (const secret of ["made-up", Buffer.from("made-up-").toString("base64")]) {
    expect(printed).not.toContain(secret);
  }
};

describe.each([
  ["stateful-set", "ocis"],
  ["deployment", "files"],
])("the set-up %s", (setup, namespace) => {
  beforeEach(() => {
    kubectl.answers(answersOf(itemsOf(setup)));
  });

  test("becomes its stack file and report", async () => {
    const report = JSON.parse(await run({ namespace })) as Fields;
    const expected = join(SETUPS, setup, "expected.yaml");
    // Written with UPDATE_IMPORTS=1, to be reviewed.
    if (process.env["UPDATE_IMPORTS"] !== undefined) writeFileSync(expected, dump(report, { lineWidth: -1 }));
    expect(report).toEqual(load(readFileSync(expected, "utf8")));
    expect(readdirSync(folder)).toEqual(["Pulumi.yaml"]);
    expectNoSecret(JSON.stringify(report));
    const calls = kubectl.calls().map(({ args }) => args.join(" "));
    const reading = /^(get |config current-context|exec the-pod .* -- (cat|test) )/;
    expect(calls.filter((call) => !reading.test(call))).toEqual([]);
  });
});

test("people get the same, without secrets either", async () => {
  kubectl.answers(answersOf(itemsOf("deployment")));
  const printed = await run({ namespace: "files", json: false });
  expect(printed).toContain("Next, after a backup of both claims:");
  expect(printed).toContain("adopts groups, claims, clients and data, and replaces the pod");
  expectNoSecret(printed);
});

test("another cluster than the current one is in all commands", async () => {
  const answers = Object.entries(answersOf(itemsOf("stateful-set")));
  kubectl.answers(
    Object.fromEntries(
      answers.map(([words, answer]) => [
        words.startsWith("pvc/") ? words : `--context=other ${words}`,
        answer,
      ]),
    ),
  );
  const printed = await run({ namespace: "ocis", "kube-context": "other", kubeconfig: "/k/config" });
  const { config, forward } = JSON.parse(printed) as { config: Fields; forward: string[] };
  expect(config).toMatchObject({ "kubernetes:context": "other", "kubernetes:kubeconfig": "/k/config" });
  const commands = forward.filter((step) => step.startsWith("kubectl"));
  expect(commands.every((step) => step.startsWith("kubectl --kubeconfig=/k/config --context=other "))).toBe(
    true,
  );
  expect(kubectl.calls().every((call) => call.kubeconfig === "/k/config")).toBe(true);
});

const forbidden = (what: string) => ({
  stderr: `Error from server (Forbidden): ${what} is forbidden: User "eve" cannot get resource "${what}" in the namespace "ocis"\n`,
  exitCode: 1,
});
test.each([
  [
    "no cluster",
    { get: { stderr: "Unable to connect to the server: no such host\n", exitCode: 1 } },
    "Kubernetes: Unable to connect to the server",
  ],
  [
    "no right to read workloads",
    { get: forbidden("statefulsets") },
    'Kubernetes: statefulsets is forbidden: User "eve"',
  ],
  [
    "no right to read a Secret",
    { "get secret": forbidden("secrets") },
    'Kubernetes: secrets is forbidden: User "eve"',
  ],
])("with %s it's an error in one line", async (_what, answers, line) => {
  kubectl.answers({ ...answers, ...answersOf(itemsOf("stateful-set")), ...answers });
  const error = await run({ namespace: "ocis" }).then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason as Error,
  );
  expect(error.message).toContain(line);
  expect(error.message).not.toContain("\n");
});

test("who may not read HTTPRoutes needn't", async () => {
  const routes = "get httproutes.gateway.networking.k8s.io";
  const answers = Object.entries(answersOf(itemsOf("stateful-set"))).filter(
    ([words]) => !words.startsWith(routes),
  );
  kubectl.answers({ ...Object.fromEntries(answers), [routes]: forbidden("httproutes") });
  expect(JSON.parse(await run({ namespace: "ocis" }))).toMatchObject({ blockers: [] });
});

test("with data that would be left behind, nothing is written", async () => {
  const items = itemsOf("stateful-set");
  kubectl.answers(answersOf(items.filter(({ metadata }) => metadata.name !== "files-cloud-0")));
  await expect(run({ namespace: "ocis", "dry-run": false })).rejects.toThrow(
    "no stack file is written: claim 'files-cloud-0', mounted at /var/lib/ocis, doesn't exist",
  );
  expect(readdirSync(folder)).toEqual(["Pulumi.yaml"]);
});
