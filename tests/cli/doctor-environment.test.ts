import { checkEnvironment } from "../../cli/doctor/checks/environment";
import { ofKind } from "./doctor-company";

const overridden = [
  { name: "OCIS_INSECURE", ours: "false", value: "true\u001b[2J" },
  { name: "OCIS_OIDC_ISSUER", ours: "https://id.company.test", value: undefined },
];

test.each([
  [false, "", ""],
  [true, ": 'true\\u001b[2J' instead of 'false'", ""],
])(
  "environment-overridden: advice that names the variable; --show-values (%j) shows what is no secret",
  (showValues, first, second) => {
    const findings = checkEnvironment(overridden, showValues);
    const what = "another value than this package does";
    expect(ofKind("environment-overridden", findings)).toEqual([
      `the stack gives OCIS_INSECURE ${what}${first}`,
      `the stack gives OCIS_OIDC_ISSUER ${what}${second}`,
    ]);
    expect(new Set(findings.map(({ severity }) => severity))).toEqual(new Set(["advice"]));
  },
);
