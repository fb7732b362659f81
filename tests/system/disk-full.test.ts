import { Docker } from "../support/docker";
import { uniqueName } from "../support/pocket-id";
import { ManagedCompany } from "./managed-company";
import { systemParts } from "./parts";

const parts = systemParts();
const missing = "missing" in parts ? parts.missing : undefined;
if (missing !== undefined) console.log(`The test of a full disk is skipped: ${missing}`);
const describeWithParts = missing === undefined ? describe : describe.skip;

const MEBIBYTE = 2 ** 20;
/** The volumes that are small, by whose they are. */
const SMALL = { "ocis-data": "ocis", "pocket-id-data": "pocket-id" };

/** The volumes of oCIS and Pocket ID are small, and a program fills them. */
describeWithParts("a managed stack whose disk is full", () => {
  const docker = new Docker();
  const name = uniqueName("full");
  const checkout = process.cwd();
  const filler = (volume: string) => `${name}-${volume}-filler`;
  let company: ManagedCompany;

  beforeAll(async () => {
    if ("missing" in parts) return;
    company = await ManagedCompany.create(docker, name, parts);
    const create = (volume: string, component: string, ...options: string[]) => {
      const label = `io.github.ocis-pocket-id.owner=${name}/test/${component}`;
      return docker.run("volume", "create", ...options, "--label", label, `${name}-test-${volume}`);
    };
    await create("ocis-config", "ocis");
    for (const [volume, component] of Object.entries(SMALL)) {
      const options = ["type=tmpfs", "device=tmpfs", "o=size=96m,uid=1000,gid=1000"];
      await create(volume, component, ...options.flatMap((option) => ["--opt", option]));
      // Memory stays mounted as long as a container uses it.
      const mount = ["--mount", `type=volume,source=${name}-test-${volume},target=/full`];
      const common = ["--detach", "--name", filler(volume), "--user", "0", "--network", "none"];
      await docker.run("run", ...common, ...mount, "--entrypoint", "sleep", parts.caddy, "3600");
    }
    await company.up();
    await company.begin();
  });
  afterAll(() => company.remove(checkout));

  const fill = async (volume: string) => {
    const command = "dd if=/dev/zero of=/full/filler bs=64k 2>/dev/null; sync; true";
    await docker.run("exec", filler(volume), "sh", "-c", command);
  };
  const empty = (volume: string) => docker.run("exec", filler(volume), "rm", "/full/filler");

  test("an upload is refused while oCIS's disk is full, and works afterwards; older files stay", async () => {
    const { ocis } = await company.logIn();
    const address = await ocis.fileUrl("large.txt");
    await fill("ocis-data");
    await expect(ocis.writeFile(address, "x".repeat(8 * MEBIBYTE))).rejects.toThrow(/answered 5\d\d/);
    await company.checkFile((await company.logIn()).ocis);
    await empty("ocis-data");
    await company.recovered();
    const text = "y".repeat(8 * MEBIBYTE);
    await ocis.writeFile(address, text);
    expect(await ocis.readFile(address)).toBe(text);
  });

  test("oCIS starts again after its disk was full", async () => {
    await fill("ocis-data");
    await docker.run("restart", company.container("ocis"));
    await empty("ocis-data");
    await company.recovered();
  });

  test("logins work again once Pocket ID's disk has room", async () => {
    await fill("pocket-id-data");
    await expect(company.logIn()).rejects.toThrow(/500/);
    await docker.run("restart", company.container("pocket-id"));
    await empty("pocket-id-data");
    await company.recovered();
  });
});
