import { uniqueName } from "../support/pocket-id";
import { Bench, type Group, type List } from "./bench";

describe("lists", () => {
  const size = 105;
  const prefix = uniqueName("list");
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.start();
    for (let n = 0; n < size; n += 1) {
      const number = String(n).padStart(3, "0");
      await bench.group({
        name: `${prefix}-${number}`,
        friendlyName: `Group ${String(size - n).padStart(3, "0")}`,
      });
    }
  });
  afterAll(() => bench.end());

  const list = (query: Record<string, string | number>): Promise<List<Group>> => {
    const parameters = new URLSearchParams({ search: prefix });
    for (const [key, value] of Object.entries(query)) parameters.set(key, String(value));
    return bench.ok<List<Group>>("GET", `/api/user-groups?${parameters.toString()}`);
  };
  const page = "pagination[page]";
  const limit = "pagination[limit]";
  const column = "sort[column]";
  const direction = "sort[direction]";
  const numbers = (body: List<Group>): number[] =>
    body.data.map((group) => Number(group.name.slice(prefix.length + 1)));

  test("have twenty rows a page", async () => {
    const body = await list({});
    expect(body.data).toHaveLength(20);
    expect(body.pagination).toEqual({ totalPages: 6, totalItems: size, currentPage: 1, itemsPerPage: 20 });
  });

  test.each([
    [100, 100],
    [101, 100],
    [1000, 100],
    [1, 1],
    [0, 20],
    [-5, 20],
    ["abc", 20],
  ])("asked for %s rows a page have %s", async (asked, given) => {
    const body = await list({ [limit]: asked });
    expect(body.data).toHaveLength(given);
    expect(body.pagination).toMatchObject({ itemsPerPage: given, totalPages: Math.ceil(size / given) });
  });

  test("take no other names for page and limit", async () => {
    expect((await list({ page: 2, limit: 50 })).pagination).toMatchObject({
      currentPage: 1,
      itemsPerPage: 20,
    });
  });

  test("take brackets as they are", async () => {
    const path = `/api/user-groups?search=${prefix}&pagination[page]=2&pagination[limit]=50`;
    expect((await bench.ok<List<Group>>("GET", path)).pagination).toMatchObject({
      currentPage: 2,
      itemsPerPage: 50,
    });
  });

  test.each([2, 3, 99])("give the last page for page %s of two", async (asked) => {
    const body = await list({ [page]: asked, [limit]: 100, [column]: "name" });
    expect(numbers(body)).toEqual([100, 101, 102, 103, 104]);
    expect(body.pagination).toMatchObject({ currentPage: 2, totalPages: 2 });
  });

  test.each([0, -1, "abc"])("give the first page for page %s", async (asked) => {
    expect((await list({ [page]: asked })).pagination.currentPage).toBe(1);
  });

  test("of nothing have one page", async () => {
    const { status, body } = await bench.call("GET", `/api/user-groups?search=${uniqueName("nothing")}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      data: [],
      pagination: { totalPages: 1, totalItems: 0, currentPage: 1, itemsPerPage: 20 },
    });
  });

  test("give every row once over their pages", async () => {
    const pages = await Promise.all(
      [1, 2, 3].map((number) => list({ [page]: number, [limit]: 50, [column]: "name" })),
    );
    expect(pages.flatMap(numbers)).toEqual(Array.from({ length: size }, (_, n) => n));
  });

  test.each([
    ["name", "asc", 0],
    ["name", "desc", 104],
    ["name", "sideways", 0],
    ["friendlyName", "asc", 104],
    ["friendlyName", "DESC", 0],
  ])("sorted by %s %s begin with row %s", async (by, order, first) => {
    expect(numbers(await list({ [column]: by, [direction]: order, [limit]: 3 }))[0]).toBe(first);
  });

  test("sorted by the number of members begin with the emptiest", async () => {
    const everybody = await list({ [column]: "name", [limit]: 100 });
    const fullest = everybody.data[50]?.id ?? "";
    const user = await bench.user({ userGroupIds: [fullest] });
    const down = await list({ [column]: "userCount", [direction]: "desc", [limit]: 1 });
    expect(down.data).toMatchObject([{ id: fullest, userCount: 1 }]);
    await bench.ok("DELETE", `/api/users/${user.id}`);
  });

  test("ignore unknown columns, and filters on what isn't a flag", async () => {
    const body = await list({ [column]: "nothing", "filters[name]": "x", "filters[friendlyName]": "x" });
    expect(body.pagination.totalItems).toBe(size);
  });

  test("of users are filtered by flags", async () => {
    const admin = await bench.user({ firstName: prefix, isAdmin: true });
    const guest = await bench.user({ firstName: prefix, disabled: true });
    const found = (query: string): Promise<unknown> =>
      bench.ok("GET", `/api/users?search=${prefix}&${query}`);
    expect(await found("filters[isAdmin]=true")).toMatchObject({ data: [{ id: admin.id }] });
    expect(await found("filters[isAdmin]=false")).toMatchObject({ data: [{ id: guest.id }] });
    expect(await found("filters[disabled]=true")).toMatchObject({ data: [{ id: guest.id }] });
  });

  test.each([
    ["012", 1],
    ["01_", 10],
    ["%2504", 12],
    ["nothing-like-it", 0],
  ])("searched for names with %s find %s", async (term, count) => {
    const path = `/api/user-groups?search=${prefix}-${term}`;
    expect((await bench.ok<List<Group>>("GET", path)).pagination.totalItems).toBe(count);
  });

  test("of groups are not searched by friendly name", async () => {
    const group = await bench.group({ friendlyName: uniqueName("friendly") });
    const body = await bench.ok<List<Group>>("GET", `/api/user-groups?search=${group.friendlyName}`);
    expect(body.pagination.totalItems).toBe(0);
  });

  test("of clients are searched by name and not by id", async () => {
    const client = await bench.client({ id: uniqueName("id"), name: uniqueName("name") });
    const search = (term: string): Promise<List<unknown>> =>
      bench.ok("GET", `/api/oidc/clients?search=${term}`);
    expect((await search(client.name.toUpperCase())).data).toMatchObject([{ id: client.id }]);
    expect((await search(client.id)).data).toEqual([]);
  });
});
