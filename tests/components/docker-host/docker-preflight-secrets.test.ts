import { tarOf } from "../../../cli/backup/tar";
import { fingerprintOf, ocisConfiguration } from "../../../components/settings/ocis-yaml";
import { UNKNOWN } from "../../support/operate";
import { args, FREE, handler, IMAGE, ours, pretended, volume } from "./pretended-docker";

describe("oCIS's own secrets", () => {
  const BOTH = { ...volume("config", ours), ...volume("data", ours) };
  const OURS = fingerprintOf("a seed");
  const archive = "/containers/shop-prod-ocis/archive?path=/etc/ocis/ocis.yaml";
  const container = (Labels: object) => ({ "/containers/shop-prod-ocis/json": { Config: { Labels } } });
  const ocisYaml = (text: string) => ({ ...container(ours), [archive]: tarOf("ocis.yaml", text) });
  const STACKS = ocisYaml(ocisConfiguration({ seed: "a seed", adminPassword: "" }));
  const INITS = ocisYaml("token_manager:\n");
  const secretsIn = async (there: object, changes: object = {}, olds?: Record<string, unknown>) => {
    pretended.answers = { ...IMAGE, ...FREE, ...there };
    const { inputs, failures } = await handler.check({ ...args, fingerprint: OURS, ...changes }, olds);
    return failures.length > 0 ? failures : inputs["secretsIn"];
  };

  test("are in the stack for new data; an ocis.yaml or volume that was there keeps them", async () => {
    expect(await secretsIn({})).toBe("stack");
    expect(await secretsIn({}, { fingerprint: UNKNOWN })).toBe("stack");
    expect(await secretsIn({}, { ocisSecrets: "volume" })).toBe("volume");
    expect(await secretsIn(BOTH, { ocisSecrets: "volume" })).toBe("volume");
    expect(console.error).not.toHaveBeenCalled();
    for (const asked of [{}, { ocisSecrets: "stack" }]) {
      expect(await secretsIn(BOTH, asked)).toBe("volume");
      expect(console.error).toHaveBeenLastCalledWith(
        expect.stringMatching(/^'config' has an ocis.yaml that isn't from this stack: it stays/),
      );
    }
  });

  test("are where oCIS's file says, and where they were if it can't be read", async () => {
    pretended.answers = { ...IMAGE, ...FREE };
    const { inputs } = await handler.create({ ...args, fingerprint: OURS });
    const before = (place: string) => ({ ...inputs, secretsIn: place });
    expect(await secretsIn({ ...BOTH, ...STACKS }, {}, before("stack"))).toBe("stack");
    expect(await secretsIn({ ...BOTH, ...STACKS }, {}, before("volume"))).toBe("stack");
    // After a restore of other volumes, or with new secrets.
    for (const other of [INITS, ocisYaml(ocisConfiguration({ seed: "another", adminPassword: "" }))]) {
      expect(await secretsIn({ ...BOTH, ...other }, {}, before("stack"))).toBe("volume");
    }
    for (const place of ["stack", "volume"]) {
      expect(await secretsIn(BOTH, {}, before(place))).toBe(place);
      const busy = { ...container(ours), [archive]: new Error("busy") };
      expect(await secretsIn({ ...BOTH, ...busy }, {}, before(place))).toBe(place);
    }
    // From a package that knew nothing of it: the file of `ocis init` stays, and so does the container.
    const news = ["secretsIn", "fingerprint"];
    const unaware = Object.fromEntries(Object.entries(inputs).filter(([key]) => !news.includes(key)));
    expect(await secretsIn({ ...BOTH, ...INITS }, { fingerprint: UNKNOWN }, unaware)).toBe("volume");
    expect(await secretsIn(BOTH, { fingerprint: UNKNOWN }, unaware)).toBe("volume");
    expect(console.error).not.toHaveBeenCalled();
  });

  test("in the stack: a lost config volume is made again, a lost data volume isn't", async () => {
    pretended.answers = { ...IMAGE, ...FREE };
    const { inputs } = await handler.create({
      ...args,
      fingerprint: OURS,
      url: pretended.url,
      secretsIn: "stack",
    });
    expect(await secretsIn(volume("data", ours), {}, inputs)).toBe("stack");
    expect(jest.mocked(console.error).mock.calls.map(([line]) => String(line))).toEqual([
      expect.stringMatching(
        /^warning: 'config' has lost its ocis.yaml: `pulumi up --refresh` creates it again/,
      ),
    ]);
    expect(await secretsIn(volume("config", ours), {}, inputs)).toMatchObject([{ property: "dataVolume" }]);
    expect(await secretsIn({}, {}, inputs)).toHaveLength(2);
    const inVolume = { ...inputs, secretsIn: "volume" };
    expect(await secretsIn(volume("data", ours), {}, inVolume)).toMatchObject([{ property: "configVolume" }]);
    const moved = { configVolume: "elsewhere" };
    expect(await secretsIn(volume("data", ours), moved, inputs)).toMatchObject([
      { property: "configVolume" },
    ]);
  });
});
