import { OCIS, OPENCLOUD, type Product } from "@ocis-pocket-id/components";
import { isAtLeast } from "@ocis-pocket-id/providers/pocket-id";
import { setTimeout as sleep } from "node:timers/promises";
import { Docker } from "../support/docker";
import { uniqueName } from "../support/pocket-id";
import { editsBy } from "./by-hand-edits";
import { ManagedByHand } from "./managed-by-hand";
import { ManagedCompany } from "./managed-company";
import { systemParts } from "./parts";

for (const [product, variable] of [
  [OCIS, "TEST_OCIS_IMAGE"],
  [OPENCLOUD, "TEST_OPENCLOUD_IMAGE"],
] as const) {
  const parts = systemParts(variable);
  const missing = "missing" in parts ? parts.missing : undefined;
  const { title } = product;
  if (missing !== undefined) console.log(`The test of drift and doctor with ${title} is skipped: ${missing}`);
  (missing === undefined ? describe : describe.skip)(`drift and doctor with a real ${title}`, () => {
    foundIn(product, parts);
  });
}

/** Each edit in turn; afterwards nothing is found, and alice logs in and has her file. */
function foundIn(product: Product, parts: Awaited<ReturnType<typeof systemParts>>) {
  const docker = new Docker();
  const name = uniqueName("by-hand");
  const checkout = process.cwd();
  const by = new ManagedByHand(docker);
  let usual: string[];
  let version = "";

  beforeAll(async () => {
    if ("missing" in parts) return;
    const images = { ...parts, pocketId: await withoutRateLimit(docker, parts.pocketId, name) };
    by.company = await ManagedCompany.create(docker, name, images, product);
    await by.company.up();
    await by.company.begin();
    by.uma = await by.add("uma");
    await by.add("stan");
    await by.company.up({ members: JSON.stringify({ admin: ["alice"], user: ["uma"] }) });
    ({ currentVersion: version } = await by.call<{ currentVersion: string }>("GET", "/api/version/current"));
  });
  afterAll(async () => {
    await by.company.remove(checkout);
    await docker.run("rmi", "--force", by.company.keys["pocketIdImage"] ?? "");
  });

  /** Servers start one after the other. */
  const eventually = async (check: () => Promise<void>, end = Date.now() + 30_000): Promise<void> => {
    try {
      await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(1_000);
      await eventually(check, end);
    }
  };

  test("an untouched stack has no drift, and doctor nothing but advice", async () => {
    expect(await by.drift()).toEqual([]);
    expect((await by.doctor()).filter(({ severity }) => severity !== "advice")).toEqual([]);
    usual = await by.codes();
  });

  test.each(editsBy(by, product))(
    "$name",
    async ({ make, drift = () => [], doctor, undo = () => by.up() }) => {
      await make();
      try {
        const isPossible = (code: string) => code !== "tabs-share-tokens" || isAtLeast(version, "2.10");
        const expected = [...new Set([...usual, ...doctor.filter(isPossible)])].sort();
        await eventually(async () => {
          expect(await by.codes()).toEqual(expected);
        });
        await eventually(async () => {
          const lines = await by.drift();
          const isOther = (line: string) => !/was recreated by hand$|\/run\/secrets\//.test(line);
          expect(lines.filter(isOther)).toEqual(drift().sort());
        });
      } finally {
        // What this leaves is found after the next edit.
        await undo();
      }
    },
  );

  test("people who can't log in, by name", async () => {
    expect(await by.codes("--user", "stan")).toEqual(expect.arrayContaining(["person-not-allowed"]));
    expect(await by.codes("--user", "nobody")).toEqual(expect.arrayContaining(["person-unknown"]));
  });

  test("Pocket ID is stopped", async () => {
    await docker.run("stop", by.company.container("pocket-id"));
    const codes = await by.codes();
    const drift = await by.drift();
    await docker.run("start", by.company.container("pocket-id"));
    expect(codes).toEqual(
      expect.arrayContaining([
        ...["container-down", "issuer-unreachable", "ocis-discovery-failed", "pocket-id-unreachable"],
      ]),
    );
    expect(drift.join("\n")).toContain(`container ${name}-test-pocket-id: is stopped`);
  });

  test("afterwards nothing is found, logins work, and alice's file is there", async () => {
    await by.company.recovered();
    await by.company.check();
    await eventually(async () => {
      expect(await by.codes()).toEqual(usual);
    });
    expect(await by.drift()).toEqual([]);
    expect(Object.keys((await by.company.stack.preview({ refresh: true })).changes)).toEqual(["same"]);
  });
}

/** Pocket ID answers one request a second otherwise, and this test sends thousands. @returns the image's name */
async function withoutRateLimit(docker: Docker, image: string, name: string): Promise<string> {
  const copy = `${name}/pocket-id:${image.split(":").at(-1) ?? "latest"}`;
  const container = `${name}-image`;
  await docker.run("create", "--name", container, image);
  try {
    await docker.run("commit", "--change", "ENV DISABLE_RATE_LIMITING=true", container, copy);
  } finally {
    await docker.run("rm", container);
  }
  return copy;
}
