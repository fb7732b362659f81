import { tarOf } from "../../../cli/backup/tar";
import { args, containers, FREE, handler, IMAGE, ours, pretended, volume } from "./pretended-docker";

describe("with a backup required", () => {
  const archive = "/containers/shop-prod-ocis/archive?path=/etc/ocis/.last-backup.json";
  const upgrade = async (time: string | undefined, changes: object = {}) => {
    pretended.answers = {
      ...FREE,
      "/images/owncloud/ocis:8.0.5/json": { Id: "1" },
      "/images/owncloud/ocis:8.0.6/json": { Id: "2" },
      ...(time === undefined ? {} : { [archive]: tarOf("x", JSON.stringify({ time })) }),
    };
    const before = { ...args, image: "owncloud/ocis:8.0.5", pocketIdImage: "pocket-id:v2.14.0" };
    const entry = await handler.create(before);
    const after = { ...before, image: "owncloud/ocis:8.0.6", requireBackupHours: 24, ...changes };
    const { failures } = await handler.check(after, entry.inputs);
    return failures.map(({ property, reason }) => `${property}: ${reason}`);
  };
  const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();

  test("an image changes after a recent backup only", async () => {
    expect(await upgrade(hoursAgo(23))).toEqual([]);
    expect(await upgrade(hoursAgo(25))).toEqual([
      expect.stringMatching(/^image: .* backup of the last 24 hours, and its last one is of 2/),
    ]);
    expect(await upgrade(undefined)).toEqual([
      expect.stringMatching(/, and it has none: run `ocis-pocket-id backup/),
    ]);
    expect(await upgrade("last week")).toEqual([expect.stringContaining("it has none")]);
  });

  test("Pocket ID's image counts too; other changes and the end of a restore don't", async () => {
    const same = { image: "owncloud/ocis:8.0.5" };
    expect(await upgrade(undefined, { ...same, pocketIdImage: "pocket-id:v2.15.0" })).toEqual([
      expect.stringMatching(/^pocketIdImage: /),
    ]);
    expect(await upgrade(undefined, { ...same, ports: [] })).toEqual([]);
    expect(await upgrade(undefined, { allowDowngrade: true })).toEqual([]);
  });
});

describe("the time of the last backup", () => {
  const archive = "/containers/shop-prod-ocis/archive?path=/etc/ocis/.last-backup.json";
  const time = "2026-11-28T02:00:00.000Z";
  const there = { "/containers/shop-prod-ocis/json": { Config: { Labels: ours } } };
  const stamp = { [archive]: tarOf("x", JSON.stringify({ time })) };
  const volumes = { ...volume("config", ours), ...volume("data", ours) };
  const check = (olds?: Record<string, unknown>, changes: object = {}) =>
    handler.check({ ...args, ...changes }, olds);

  test("is an input, for policies, once there can be one; a new one changes nothing", async () => {
    const published = { ...args, ports: [{ ip: "127.0.0.1", port: 9200 }] };
    pretended.answers = { ...IMAGE, ...FREE, ...volumes, ...stamp };
    expect((await check()).inputs).not.toHaveProperty("lastBackup");
    const { id, inputs, outputs } = await handler.create(published);
    pretended.answers = { ...IMAGE, ...FREE, ...volumes, ...there };
    const first = await handler.check(published, inputs);
    expect(first.inputs).toMatchObject({ lastBackup: "none" });
    // With nothing else new, the port isn't looked at.
    const taken = containers([{ PublicPort: 9200, Type: "tcp", IP: "0.0.0.0" }]);
    pretended.answers = { ...pretended.answers, ...stamp, ...taken };
    const second = await handler.check(published, first.inputs);
    expect(second).toMatchObject({ inputs: { lastBackup: time }, failures: [] });
    const entry = { id, inputs: first.inputs, outputs: { ...outputs, lastBackup: "none" } };
    expect(await handler.diff(entry, published)).toMatchObject({ changes: false });
  });

  test("stays what it was if nobody can look", async () => {
    pretended.answers = { ...IMAGE, ...FREE, ...volumes };
    const { inputs } = await handler.create(args);
    const before = { ...inputs, lastBackup: time };
    expect((await check(before)).inputs).toMatchObject({ lastBackup: time });
    pretended.answers = { ...pretended.answers, ...there, [archive]: new Error("busy") };
    expect((await check(before)).inputs).toMatchObject({ lastBackup: time });
  });
});
