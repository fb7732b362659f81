import type { Code } from "../../cli/doctor/codes";
import type { Finding } from "../../cli/doctor/finding";
import { withoutWaits } from "../support/without-waits";
import { type Company, startCompany } from "./doctor-company";
import { CHANGED } from "./doctor-changes";
import { SEEN, type Situation } from "./doctor-situations";

withoutWaits();

/** A code without a situation doesn't compile. */
const SITUATIONS: Readonly<Record<Code, Situation>> = { ...SEEN, ...CHANGED };

let company: Company;
let healthy: string[];
const codesOf = (findings: readonly Finding[]) => findings.map(({ code }) => code as string);
const reports = async (code: string) => {
  expect(healthy).not.toContain(code);
  expect(codesOf(await SITUATIONS[code as Code](company))).toContain(code);
};

beforeAll(async () => {
  company = await startCompany();
  healthy = codesOf(await company.find());
  await company.remove();
});

describe("seen from outside", () => {
  beforeAll(async () => {
    company = await startCompany();
  });
  afterEach(() => {
    company.reset();
  });
  afterAll(() => company.remove());

  test.each(Object.keys(SEEN))("%s", reports);
});

describe("changed by hand", () => {
  beforeEach(async () => {
    company = await startCompany();
  });
  afterEach(() => company.remove());

  test.each(Object.keys(CHANGED))("%s", reports);
});
