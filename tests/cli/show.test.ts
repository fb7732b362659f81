import { settingsText, settingsIn } from "../../cli/show/run";
import type { SnapshotResource, StackSnapshot } from "../../cli/stacks";

/** Stacks that the tests with an engine do not make. */
const component = (outputs: Record<string, unknown>, ...secrets: string[]): SnapshotResource => ({
  ...{ urn: "urn", type: "ocis-pocket-id:index:OcisWithPocketId", name: "ocis", id: "", inputs: {}, outputs },
  ...{ secrets: new Set(secrets), handler: undefined, provider: {} },
});
const stack = (...resources: SnapshotResource[]): StackSnapshot => ({
  ...{ name: "test", project: "p", options: "--stack test", outputs: {}, connection: undefined },
  ...{ hasKeyInClear: false, hide: (text: string) => text, resources },
});
const ocis = (host: string, more: Record<string, unknown> = {}) => ({
  ...{ ocisUrl: `https://${host}`, environment: { OCIS_URL: `https://${host}` }, secretEnvironment: {} },
  ...{ contentSecurityPolicy: "directives: {}\n", ...more },
});

test("two oCIS of a stack have a heading each, which is a comment in both formats", () => {
  const two = stack(component(ocis("a.test")), component(ocis("b.test")));
  expect(settingsText(settingsIn(two, "environment", false))).toBe(
    "# https://a.test\nOCIS_URL=https://a.test\n\n# https://b.test\nOCIS_URL=https://b.test\n",
  );
  expect(settingsText(settingsIn(two, "csp", false))).toBe(
    "# https://a.test\ndirectives: {}\n\n# https://b.test\ndirectives: {}\n",
  );
});

test("a value of several lines stays on one", () => {
  const secretEnvironment = { PEM: "first\nOCIS_URL=https://evil.test", B: "b" };
  const one = stack(component(ocis("a.test", { secretEnvironment }), "secretEnvironment"));
  expect(settingsText(settingsIn(one, "environment", true))).toBe(
    'B=b\nOCIS_URL=https://a.test\nPEM="first\\nOCIS_URL=https://evil.test"\n',
  );
  expect(settingsText(settingsIn(one, "environment", false))).toBe(
    "B=[secret]\nOCIS_URL=https://a.test\nPEM=[secret]\n",
  );
});

test("a policy that is a secret is printed only if asked", () => {
  const one = stack(component(ocis("a.test"), "contentSecurityPolicy"));
  expect(settingsText(settingsIn(one, "csp", false))).toBe("[secret]\n");
  expect(settingsText(settingsIn(one, "csp", true))).toBe("directives: {}\n");
});

test.each([[[]], [[component({})]]])(
  "a stack without oCIS, or with half of one, is one line of error",
  (all) => {
    for (const part of ["environment", "csp"] as const) {
      expect(() => settingsIn(stack(...all), part, false)).toThrow(
        "stack 'test' has no oCIS with Pocket ID logins yet: run `pulumi up --stack test`",
      );
    }
  },
);
