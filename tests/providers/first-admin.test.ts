import { firstAdmin } from "@ocis-pocket-id/providers/handlers";
import { anotherProcess, operate } from "../support/operate";
import { type PocketIdUnderTest, pocketIdUnderTest, uniqueName } from "../support/pocket-id";

interface User {
  id: string;
  isAdmin: boolean;
  displayName: string;
}

let server: PocketIdUnderTest;
let admin: ReturnType<typeof operate>;
let username: string;
let ids: string[];

beforeAll(async () => {
  server = await pocketIdUnderTest();
});
afterAll(() => server.close());
beforeEach(() => {
  username = uniqueName("admin");
  ids = [];
  admin = operate(firstAdmin, anotherProcess(server));
});
afterEach(async () => {
  for (const id of ids) await server.call("DELETE", `/api/users/${id}`);
});

const inputs = () => ({ username, email: `${username}@example.com`, firstName: "Alice" });
const user = async (id: string) => (await server.call<User>("GET", `/api/users/${id}`)).body;

test("makes an admin and a link that signs them in", async () => {
  const entry = await admin.create(inputs());
  ids.push(entry.id);
  expect(await user(entry.id)).toMatchObject({ isAdmin: true, displayName: "Alice" });
  expect(entry.outputs["link"]).toMatch(/^https?:\/\/[^/]+\/lc\/\w{12,16}$/);
});

test("keeps the link, and leaves later edits and the person alone", async () => {
  const entry = await admin.create(inputs());
  ids.push(entry.id);
  const changed = { ...inputs(), email: "new@example.com" };
  expect(await admin.diff(entry, changed)).toMatchObject({ changes: false });
  expect(await admin.refresh(entry)).toEqual(entry);
  await admin.delete(entry);
  expect(await user(entry.id)).toMatchObject({ id: entry.id });
});

test("an admin who exists gets a link and stays as they are", async () => {
  const first = await admin.create(inputs());
  ids.push(first.id);
  admin = operate(firstAdmin, anotherProcess(server));
  const second = await admin.create({ ...inputs(), firstName: "Other" });
  expect(second.id).toBe(first.id);
  expect(second.outputs["link"]).not.toBe(first.outputs["link"]);
  expect(await user(first.id)).toMatchObject({ displayName: "Alice" });
});

test("a person who exists and isn't an admin isn't made one", async () => {
  const { body } = await server.call<User>("POST", "/api/users", {
    ...inputs(),
    lastName: "",
    displayName: "A",
  });
  ids.push(body.id);
  await expect(admin.create(inputs())).rejects.toThrow(
    `'${username}' exists in Pocket ID and isn't an admin`,
  );
});

test.each([
  ["username", "al ice"],
  ["username", ""],
  ["username", "-alice"],
  ["email", "alice"],
  ["email", "alice@company.com, bob@company.com"],
])("Pocket ID would refuse the %s '%s', and so does the preview", async (property, value) => {
  const { failures } = await admin.check({ ...inputs(), [property]: value });
  expect(failures).toMatchObject([{ property }]);
});
