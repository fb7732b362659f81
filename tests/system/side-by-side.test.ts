import { OCIS, OPENCLOUD, type Product } from "@ocis-pocket-id/components";
import { rmSync } from "node:fs";
import { Docker } from "../support/docker";
import { uniqueName } from "../support/pocket-id";
import { type CompanyNetwork, startCompanyNetwork } from "./company-network";
import { addPerson, DeployedCompany, enterProject } from "./deployed-company";
import { type Account, ROLE_IDS } from "./ocis";
import { systemParts } from "./parts";

const parts = systemParts();
const others = systemParts("TEST_OPENCLOUD_IMAGE");
const missing = "missing" in parts ? parts.missing : "missing" in others ? others.missing : undefined;
if (missing !== undefined) console.log(`The test of oCIS beside OpenCloud is skipped: ${missing}`);
const describeWithParts = missing === undefined ? describe : describe.skip;

/** Two stacks on one Pocket ID; each test goes on where the one before stopped. */
describeWithParts("a real oCIS and a real OpenCloud beside it", () => {
  const docker = new Docker();
  const name = uniqueName("side-by-side");
  let network: CompanyNetwork;
  let project: ReturnType<typeof enterProject>;
  let ocis: DeployedCompany;
  let cloud: DeployedCompany;
  let alice: string;
  let uma: string;
  let atOcis: Account;
  let atCloud: Account;

  beforeAll(async () => {
    if ("missing" in parts || "missing" in others) return;
    network = await startCompanyNetwork(docker, name, parts);
    project = enterProject(name);
    const open = (product: Product, image: string, members: Record<string, string[]>) =>
      DeployedCompany.open(network, product, {
        members,
        target: {
          ...({ type: "docker", image, publish: false } as const),
          networks: [{ name, aliases: [product.key] }],
          caCertificate: network.authority,
        },
      });
    ocis = await open(OCIS, parts.ocis, { admin: ["alice"], user: ["uma"] });
    cloud = await open(OPENCLOUD, others.ocis, { guest: ["alice"], user: ["uma"] });
  });
  afterAll(async () => {
    project.leave();
    await docker.removeAllOf(name);
    for (const { stack } of [ocis, cloud]) rmSync(stack.directory, { recursive: true, force: true });
  });

  const neitherHasAnythingToDo = async () => {
    expect([await ocis.previews(), await cloud.previews()]).toEqual([
      [["same"], ["same"]],
      [["same"], ["same"]],
    ]);
  };

  test("a person logs in to both, with the role that each gives them", async () => {
    alice = await addPerson(network, "alice");
    uma = await addPerson(network, "uma");
    await ocis.up();
    await cloud.up();
    atOcis = await (await ocis.logIn(alice)).account();
    atCloud = await (await cloud.logIn(alice)).account();
    expect(atOcis).toMatchObject({ username: "alice", roleIds: [ROLE_IDS.admin] });
    expect(atCloud).toMatchObject({ username: "alice", roleIds: [ROLE_IDS.guest] });
    for (const company of [ocis, cloud]) {
      const account = await (await company.logIn(uma)).account();
      expect(account).toMatchObject({ username: "uma", roleIds: [ROLE_IDS.user] });
    }
  });

  test("the next preview of either has nothing to do", neitherHasAnythingToDo);

  test("another role in one doesn't change the other", async () => {
    await cloud.up({ members: { spaceAdmin: ["alice"], user: ["uma"] } });
    atCloud = { ...atCloud, roleIds: [ROLE_IDS.spaceAdmin] };
    expect(await (await cloud.logIn(alice)).account()).toEqual(atCloud);
    expect(await (await ocis.logIn(alice)).account()).toEqual(atOcis);
    await neitherHasAnythingToDo();
  });

  test("who is removed from one is refused there, with a token of the other too, and stays in the other", async () => {
    await cloud.up({ members: { user: ["uma"] } });
    await expect(cloud.logIn(alice)).rejects.toThrow(/refuses with (403|302): .*not.allowed.to.access/);
    const token = await ocis.token(alice);
    expect(await ocis.with(token).account()).toEqual(atOcis);
    expect(await cloud.with(token).status()).not.toBe(200);
    await neitherHasAnythingToDo();
  });

  test("destroying one leaves the other as it was", async () => {
    await cloud.stack.destroy();
    expect(await (await ocis.logIn(alice)).account()).toEqual(atOcis);
    expect(await ocis.previews()).toEqual([["same"], ["same"]]);
  });
});
