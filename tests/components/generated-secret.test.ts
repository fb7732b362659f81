import { generatedSecret } from "@ocis-pocket-id/components/handlers";
import { operate } from "../support/operate";

const handler = operate(generatedSecret, {});

test("makes another secret each time, of letters, digits, - and _", async () => {
  const values = await Promise.all([1, 2, 3].map(async () => (await handler.create({})).outputs["value"]));
  expect(new Set(values).size).toBe(3);
  for (const value of values) expect(value).toMatch(/^[\w-]{32}$/);
  expect((await handler.create({ length: 100 })).outputs["value"]).toMatch(/^[\w-]{100}$/);
});

test("keeps it through refresh, and through another length", async () => {
  const entry = await handler.create({});
  expect((await handler.refresh(entry))?.outputs).toEqual(entry.outputs);
  expect(await handler.diff(entry, { length: 64 })).toMatchObject({ changes: false });
  await handler.delete(entry);
});

test.each([15, 257, 20.5, "long"])("the length %s is refused", async (length) => {
  expect((await handler.check({ length })).failures).toHaveLength(1);
});
