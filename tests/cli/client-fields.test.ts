import { NATIVE_CLIENTS } from "@ocis-pocket-id/components";
import { stripVTControlCharacters } from "node:util";
import { clientEdits, type HandEdit } from "../support/client-fields";
import { CompanyByHand, WEB } from "./company-by-hand";
import { loginOf, runProgram } from "../support/program";

type Json = Record<string, unknown>;

/** Every writable field of every client of ours: a change by hand is named by preview, drift and doctor, and reverted. */
const IDS = [WEB, ...NATIVE_CLIENTS.map(({ clientId }) => clientId)];

let by: CompanyByHand;
beforeAll(async () => {
  by = await CompanyByHand.open("2.14");
});
afterAll(() => by.close());

const live = async (id: string) => (await by.server.call<Json>("GET", `/api/oidc/clients/${id}`)).body;
const fieldsOf = async (edits: readonly HandEdit[]) =>
  Promise.all(
    IDS.map(async (id) => {
      const client = await live(id);
      return Object.fromEntries(edits.map(({ field }) => [field, client[field]]));
    }),
  );

/** The fields of a round with another value than this client has: not all of ours have the same. */
async function editOf(id: string, round: readonly HandEdit[]): Promise<Json> {
  const names = round.map(({ name }) => name);
  const edits = clientEdits(by.server.version, await live(id)).filter(({ name }) => names.includes(name));
  return Object.fromEntries(edits.map(({ field, value }) => [field, value]));
}

/** What doctor calls each finding. */
async function doctor(): Promise<{ code: string; what: string }[]> {
  const { stack } = by.company;
  const { stdout } = await runProgram(
    ["doctor", "--cwd", stack.directory, "--stack", "test", "--json"],
    loginOf(stack),
  );
  return (JSON.parse(stdout) as [{ findings: { code: string; what: string }[] }])[0].findings;
}

test("each is named by all three, and set right again by up --refresh", async () => {
  const all = clientEdits(by.server.version, await live(WEB));
  const before = await fieldsOf(all);
  const unchanged = await doctor();
  // A real server is edited one field at a time; the engine takes too long to do that in every run of the tests.
  const rounds = by.server.real ? all.map((edit) => [edit]) : [all];
  for (const round of rounds) {
    for (const id of IDS) await by.client(id, await editOf(id, round));
    const [drift, preview, findings] = [
      await by.drift(),
      await by.company.stack.preview({ refresh: true }),
      (await doctor()).filter(
        ({ code, what }) => !unchanged.some((one) => one.code === code && one.what === what),
      ),
    ];
    // `[diff: +description~launchUrl,name]`
    const text = stripVTControlCharacters(preview.text);
    const diffs = [...text.matchAll(/\[diff: ([^\]]*)\]/g)].map(([, names = ""]) => names.split(/[,+~-]/));
    for (const { name } of round) {
      const found = drift.report.findings.filter(
        ({ field, object }) => field === name && object.startsWith("client "),
      );
      expect([name, found.length >= IDS.length]).toEqual([name, true]);
      // A line when the engine begins, and one when it is done.
      expect([name, diffs.filter((names) => names.includes(name)).length]).toEqual([name, 2 * IDS.length]);
    }
    for (const id of IDS) {
      const what = findings.filter((finding) => finding.what.includes(id.slice(0, 8)));
      expect([id, what.length >= round.length]).toEqual([id, true]);
    }
    expect(preview.changes["update"]).toBe(IDS.length);
    await by.company.stack.up({ refresh: true });
    expect(await fieldsOf(all)).toEqual(before);
    expect((await by.drift()).report.findings).toEqual([]);
  }
});
