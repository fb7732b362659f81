import { certificateOf, checkCertificates, isCertificateGiven } from "../../cli/doctor/certificates";
import type { SnapshotResource } from "../../cli/stacks";
import { type Company, ofKind, pressing, startCompany } from "./doctor-company";
import { AUTHORITY, startProxy } from "./doctor-servers";

let company: Company;

beforeAll(async () => {
  company = await startCompany();
});
afterEach(() => {
  company.reset();
});
afterAll(() => company.remove());

describe("certificates", () => {
  const DAY_MS = 24 * 60 * 60 * 1_000;
  const END = Date.parse("2126-10-31T09:27:04Z");

  test("certificate-expires-soon: less than 30 days before the end", async () => {
    const inTime = await company.find({ now: new Date(END - 31 * DAY_MS) });
    expect(pressing(inTime)).toEqual([]);
    const late = await company.find({ now: new Date(END - 29.5 * DAY_MS) });
    expect(ofKind("certificate-expires-soon", late)).toEqual([
      `the certificate of Pocket ID at ${new URL(company.proxy.url).host} expires in 29 days, on 2126-10-31`,
      `the certificate of oCIS at ${new URL(company.ocis.url).host} expires in 29 days, on 2126-10-31`,
    ]);
  });

  test("certificates of hosts below localhost are read, too", async () => {
    const url = company.ocis.url.replace("localhost", "ocis.localhost");
    const found = await certificateOf("oCIS", url, AUTHORITY);
    expect(found).toMatchObject({ validTo: new Date(END), problem: "ERR_TLS_CERT_ALTNAME_INVALID" });
  });

  test("certificate-expires-soon: of a short life the last sixth, in hours", () => {
    const validFrom = new Date("2026-11-24T00:00:00Z");
    const twelveHours = { validFrom, validTo: new Date("2026-11-24T12:00:00Z"), problem: undefined };
    const at = (time: string) =>
      checkCertificates(
        [{ service: "oCIS", host: "ocis.company.com", ...twelveHours }],
        new Date(`2026-11-24T${time}Z`),
      ).map(({ what }) => what);
    expect(at("09:59:59")).toEqual([]);
    expect(at("10:30:00")).toEqual([
      "the certificate of oCIS at ocis.company.com expires in 1 hour, on 2026-11-24",
    ]);
  });

  test("one that the stack's configuration contains is renewed there", async () => {
    const late = { now: new Date(END + DAY_MS) };
    const fixes = async (given: boolean) =>
      (await company.find({ ...late, isCertificateGiven: given }))
        .filter(({ code }) => code === "certificate-expired")
        .map(({ fix }) => fix);
    const given = expect.stringContaining("`cat fullchain.pem | pulumi config set certificate`") as string;
    expect(await fixes(true)).toEqual([given, given]);
    expect(await fixes(false)).not.toContainEqual(given);

    const container = (component: string, file: string) =>
      ({
        urn: `urn:pulumi:test::p::ocis-pocket-id:index:${component}$docker:index/container:Container::c`,
        inputs: { uploads: [{ file }] },
      }) as unknown as SnapshotResource;
    const isGiven = (one: SnapshotResource) => isCertificateGiven({ resources: [one] });
    expect(isGiven(container("TlsProxy", "/run/secrets/tls.crt"))).toBe(true);
    expect(isGiven(container("TlsProxy", "/etc/caddy/Caddyfile"))).toBe(false);
    expect(isGiven(container("PocketIdServer", "/run/secrets/tls.crt"))).toBe(false);
  });

  test("certificate-expired, and certificate-not-yet-valid", async () => {
    const after = await company.find({ now: new Date(END + DAY_MS) });
    expect(ofKind("certificate-expired", after)).toHaveLength(2);
    const before = await company.find({ now: new Date("2020-01-01T00:00:00Z") });
    expect(ofKind("certificate-not-yet-valid", before)[0]).toContain("is valid only from 2026-11-24");
  });

  test("certificate-untrusted is said once for each service, also when it keeps us out of the API", async () => {
    const configuration = { "pocketid:url": company.proxy.url, "pocketid:apiKey": company.server.apiKey };
    expect(pressing(await company.find({}, { configuration }))).toEqual([
      `certificate-untrusted: the certificate of Pocket ID at ${new URL(company.proxy.url).host} is rejected (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`,
      `certificate-untrusted: the certificate of oCIS at ${new URL(company.ocis.url).host} is rejected (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`,
    ]);
  });

  test("certificate-other-host: a certificate that is for another name", async () => {
    const { server } = company;
    const { body } = await server.call<{ issuer: string }>("GET", "/.well-known/openid-configuration");
    const elsewhere = await startProxy({ url: server.url, issuer: body.issuer }, "127.0.0.2");
    try {
      const findings = await company.find({}, { issuer: elsewhere.url });
      expect(ofKind("certificate-other-host", findings)).toEqual([
        `the certificate of Pocket ID at ${new URL(elsewhere.url).host} is rejected (ERR_TLS_CERT_ALTNAME_INVALID)`,
      ]);
    } finally {
      await elsewhere.close();
    }
  });
});

describe("clocks", () => {
  const HOUR_MS = 60 * 60 * 1_000;
  const MINUTE_MS = 60 * 1_000;
  /** Moves the clocks of both services, by the dates of their answers. */
  const move = (pocketIdMs: number, ocisMs: number) => {
    company.proxy.alter = (passing) => {
      passing.headers["date"] = new Date(Date.now() + pocketIdMs).toUTCString();
    };
    company.ocis.settings.date = new Date(Date.now() + ocisMs);
  };

  test.each<[string, number, number, string[]]>([
    ["latency", MINUTE_MS, -MINUTE_MS, []],
    ["ours behind", 3 * HOUR_MS, 3 * HOUR_MS, ["this machine is 3 hours behind those of Pocket ID and oCIS"]],
    ["ours ahead", -72 * HOUR_MS, -72 * HOUR_MS, ["this machine is 3 days ahead of those of"]],
    ["Pocket ID's", 10 * MINUTE_MS, 0, ["Pocket ID, or of its proxy, is 10 minutes ahead of"]],
    ["oCIS's", 0, -10 * MINUTE_MS, ["oCIS, or of its proxy, is 10 minutes behind this machine's"]],
    ["all differ", HOUR_MS, -HOUR_MS, ["is 60 minutes ahead of", "is 60 minutes behind"]],
  ])("clock-differs: %s", async (_whose, pocketIdMs, ocisMs, expected) => {
    move(pocketIdMs, ocisMs);
    expect(ofKind("clock-differs", await company.find())).toEqual(
      expected.map((part) => expect.stringContaining(part) as string),
    );
  });

  test("an answer from a cache tells no time", async () => {
    company.proxy.alter = (passing) => {
      Object.assign(passing.headers, { date: new Date(0).toUTCString(), age: "3600" });
    };
    expect(ofKind("clock-differs", await company.find())).toEqual([]);
  });

  test("certificate-expired is told from a wrong clock of this machine", async () => {
    const now = new Date("2126-11-05T00:00:00Z");
    move(-7 * 24 * HOUR_MS, 0);
    const found = await company.find({ now });
    const expired = found.filter(({ code }) => code === "certificate-expired");
    expect(expired.map(({ what, fix }) => [what.replace(/^.* expired/, "expired"), fix])).toEqual([
      [
        expect.stringMatching(
          /^expired on 2126-10-31 by this machine's clock \(2126-11-05T00:00Z\), but is valid by that of Pocket ID \(2126-10-2\d/,
        ),
        expect.stringContaining("set the clock of this machine"),
      ],
      ["expired on 2126-10-31", expect.stringContaining("renew the certificate")],
    ]);
  });
});
