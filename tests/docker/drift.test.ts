import Docker from "dockerode";
import { findingsOf } from "../cli/drift-run";
import { staticBusybox, whyNoDocker } from "./available";
import { ContainerByHand } from "./container-by-hand";
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
    await docker.getImage(STAND_IN).remove();
  });

  test("an untouched stack has no drift", async () => {
    const { code, report } = await by.drift();
    expect({ code, ...report }).toEqual({ code: 0, stack: "test", objects: 6, findings: [], errors: [] });
  });

  test.each(HAND_EDITS)(
    "$name: found, named, and mended as it says",
    async ({ make, found, mend, mended }) => {
      await make(by);
      const { code, report, stdout } = await by.drift();
      await mended(by);
      const after = await by.drift();
      const mends = [...new Set(report.findings.map((finding) => by.plain(finding.mend)))].sort();
      expect(
        findingsOf(report)
          .map((line) => by.plain(line))
          .sort(),
      ).toEqual(found);
      expect(mends).toEqual([...mend].sort());
      expect(stdout).not.toContain("must-not-be-seen");
      expect(code).toBe(2);
      expect(after.report.findings).toEqual([]);
    },
  );

  test("Docker that does not answer is an error, and no drift", async () => {
    const { code, report } = await by.drift({ DOCKER_HOST: "unix:///nowhere/docker.sock" });
    expect(code).toBe(1);
    expect(report.findings).toEqual([]);
    expect(report.errors).toEqual([expect.stringMatching(/^Docker is not reachable at unix:\/\/\/nowhere/)]);
  });
});
