import { findingsOf } from "../cli/drift-run";
import { Docker } from "../support/docker";
import { staticBusybox, whyNoDocker } from "./available";
import { ContainerByHand, type CreateOptions } from "./container-by-hand";
import { HAND_EDITS } from "./hand-edits";
import { importStandIn, STAND_IN } from "./stand-in";

const reason = whyNoDocker();
if (reason !== undefined) console.log(`The tests of drift in Docker are skipped: ${reason}`);
const describeWithDocker = reason === undefined ? describe : describe.skip;

/** Hand edits in Docker, one by one. Each is undone by what the command does that `drift` names. */
describeWithDocker("drift in Docker", () => {
  const docker = new Docker();
  let by: ContainerByHand;

  beforeAll(async () => {
    await importStandIn(docker, staticBusybox() ?? "");
    by = await ContainerByHand.open(docker);
  });
  afterAll(async () => {
    await by.close();
    await docker.run("image", "rm", STAND_IN);
  });

  test("an untouched stack has no drift", async () => {
    const { code, report } = await by.drift();
    expect({ code, ...report }).toEqual({ code: 0, stack: "test", objects: 6, findings: [], errors: [] });
  });

  test("--show-values shows what the program has set, and a hand; one secret hides all of them", async () => {
    const byHand = ({ env, ...options }: CreateOptions) => ({
      ...options,
      env: env.map((line) => line.replace("must-not-be-seen", "by-hand")),
    });
    await by.recreate(byHand);
    const shown = findingsOf((await by.drift({}, "--show-values")).report);
    await by.replaced();
    await by.upWith({ SMTP_PASSWORD: "must-not-be-seen-at-all" });
    await by.recreate(byHand);
    const hidden = await by.drift({}, "--show-values");
    const state = by.stack.state();
    await by.replaced();
    await by.upWith({});

    const is = "postgres://ocis:by-hand@db/ocis";
    expect(shown).toEqual(
      expect.arrayContaining([
        `container ${by.name}: variable DB_DSN is '${is}', should be 'postgres://ocis:must-not-be-seen@db/ocis'`,
        `container ${by.name}: variable OCIS_INSECURE is 'by-hand', should be 'must-not-be-seen'`,
      ]),
    );
    expect(state).not.toContain("must-not-be-seen-at-all");
    expect(findingsOf(hidden.report)).toEqual(
      expect.arrayContaining(
        ["DB_DSN", "OCIS_INSECURE", "SMTP_PASSWORD"].map(
          (name) => `container ${by.name}: variable ${name} differs`,
        ),
      ),
    );
    expect(hidden.stdout + hidden.stderr).not.toMatch(/must-not-be-seen|by-hand@/);
  });

  test.each(HAND_EDITS)("$name: found, named, and fixed as it says", async ({ make, found, fix, repair }) => {
    await make(by);
    const { code, report, stdout } = await by.drift();
    await repair(by);
    const after = await by.drift();
    const fixes = [...new Set(report.findings.map((finding) => by.plain(finding.fix)))].sort();
    expect(
      findingsOf(report)
        .map((line) => by.plain(line))
        .sort(),
    ).toEqual(found);
    expect(fixes).toEqual([...fix].sort());
    expect(stdout).not.toContain("must-not-be-seen");
    expect(code).toBe(2);
    expect(after.report.findings).toEqual([]);
  });

  test("Docker that does not answer is an error, and no drift", async () => {
    const { code, report } = await by.drift({ DOCKER_HOST: "unix:///nowhere/docker.sock" });
    expect(code).toBe(1);
    expect(report.findings).toEqual([]);
    expect(report.errors).toEqual([expect.stringMatching(/^Docker is not reachable at unix:\/\/\/nowhere/)]);
  });
});
