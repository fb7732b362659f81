import { contentSecurityPolicyDirectives, unknownPolicyWarning } from "../../../components/settings";
import { shippedPolicyChanges } from "../../../components/settings/content-security-policy/shipped";
import { AWESOME, defaults, ISSUER } from "./default-policy";

test.each<[string, readonly string[], boolean]>([
  ["owncloud/ocis:6.0.0", ["'self'"], false],
  ["owncloud/ocis-rolling:6.2.0", ["'self'"], false],
  ["owncloud/ocis-rolling:6.3.0", ["'self'", AWESOME], true],
  ["owncloud/ocis-rolling:6.4.0", ["'self'", "blob:", AWESOME], true],
  ["owncloud/ocis:8.0.5", ["'self'", "blob:", AWESOME], true],
  ["owncloud/ocis:99.1.0", ["'self'", "blob:", AWESOME], true],
  ["owncloud/ocis:6", ["'self'", "blob:", AWESOME], true],
  ["owncloud/ocis:latest", ["'self'", "blob:", AWESOME], true],
])("%s has the policy that it ships", (image, connect, hasAppStore) => {
  const directives = contentSecurityPolicyDirectives(ISSUER, {}, image);
  expect(directives["connect-src"]).toEqual([...connect, ISSUER]);
  expect(directives["img-src"]?.includes(AWESOME)).toBe(hasAppStore);
  expect(Object.keys(directives)).toEqual(Object.keys(defaults));
  expect(directives["frame-ancestors"]).toEqual(["'self'"]);
});

test.each([
  ["owncloud/ocis:8.0.5", undefined],
  ["owncloud/ocis:8.2.1", undefined],
  ["owncloud/ocis:8", undefined],
  ["owncloud/ocis:latest", undefined],
  ["owncloud/ocis:8.3.0", "owncloud/ocis:8.3.0 may ship another content security policy than oCIS 8.2"],
  ["owncloud/ocis:9", "owncloud/ocis:9 may ship another"],
])("%s causes the warning %j", (image, warning) => {
  const expected: unknown = warning === undefined ? undefined : expect.stringContaining(warning);
  expect(unknownPolicyWarning(image)).toEqual(expected);
});

test.each([
  ["owncloud/ocis:8.0.5", "owncloud/ocis:8.1.0", []],
  ["owncloud/ocis:latest", "owncloud/ocis:6.0.0", []],
  [
    "owncloud/ocis:6.0.0",
    "owncloud/ocis:7.0.0",
    [`connect-src gains blob: and ${AWESOME}`, `img-src gains ${AWESOME}`],
  ],
  ["owncloud/ocis:6.4.0", "owncloud/ocis:6.3.0", ["connect-src loses blob:"]],
])("from %s to %s, %j", (before, after, changes) => {
  expect(shippedPolicyChanges(before, after)).toEqual(changes);
});
