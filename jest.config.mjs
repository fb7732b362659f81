import { availableParallelism } from "node:os";

/** The tests that start the TypeScript compiler, or a program again and again, which takes seconds. */
const SLOW = [
  "tests/docs/(contributing|editor|examples|reference)\\.test\\.ts$",
  "tests/cli/(completion|engine-output|no-engine|program)\\.test\\.ts$",
  "tests/cli/backup/(kubernetes-pods|restic)\\.test\\.ts$",
  "tests/(cli/(doctor|import)-kubernetes|components/kubernetes/).*\\.test\\.ts$",
  "tests/program/loading\\.test\\.ts$",
  "tests/providers/declaration-types\\.test\\.ts$",
];

/** The tests that need a Pulumi engine. The rest runs in `npm run test:unit`, where there is none. */
const WITH_ENGINE = [
  "tests/(engine|packaging|docker|system)/.*\\.test\\.ts$",
  "tests/cli/(client-fields|diagram|doctor-command|drift|fleet|fleet-interrupt|fleet-new|passphrases|project|secrets-in-reports)\\.test\\.ts$",
  "tests/cli/engine/engine\\.test\\.ts$",
  "tests/lab/faults/sample\\.test\\.ts$",
];

const common = {
  roots: ["<rootDir>/tests"],
  testEnvironment: "node",
  testEnvironmentOptions: { globalsCleanup: "on" },
  transform: {
    "\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  moduleNameMapper: {
    // Half of the loading time of @pulumi/pulumi, in every test file.
    "^\\.\\./\\.\\./typescript-shim$": "<rootDir>/tests/support/not-loaded.js",
    "^@npmcli/arborist$": "<rootDir>/tests/support/not-loaded.js",
    "^\\./debuggable$": "<rootDir>/tests/support/promises.js",
    "^@ocis-pocket-id/providers$": "<rootDir>/providers/index.ts",
    "^@ocis-pocket-id/providers/(handlers|core|pocket-id)$": "<rootDir>/providers/$1",
    "^@ocis-pocket-id/providers/sdk$": "<rootDir>/providers/core/sdk.ts",
    "^@ocis-pocket-id/providers/callback-url$": "<rootDir>/providers/oidc-client/callback-url",
    "^@ocis-pocket-id/components$": "<rootDir>/components/index.ts",
    "^@ocis-pocket-id/components/(handlers|docker-host|kubernetes)$": "<rootDir>/components/$1",
    "^ocis-pocket-id/engine$": "<rootDir>/cli/engine/index.ts",
    "^ocis-pocket-id/program$": "<rootDir>/program/index.ts",
  },
  modulePathIgnorePatterns: ["<rootDir>/.demo", "<rootDir>/.cache/"],
};
const environment = "<rootDir>/tests/support/environment.ts";
const withoutEngine = [environment, "<rootDir>/tests/support/without-engine.ts"];

/** Every suite talks to a real local HTTP server. */
export default {
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["**/*.test.ts"],
      testPathIgnorePatterns: [...SLOW, ...WITH_ENGINE],
      setupFiles: withoutEngine,
    },
    {
      ...common,
      displayName: "slow",
      testRegex: SLOW,
      setupFiles: withoutEngine,
    },
    {
      ...common,
      displayName: "engine",
      testRegex: WITH_ENGINE,
      setupFiles: [environment],
    },
  ],
  reporters: ["<rootDir>/tests/support/reporter.mjs", "summary"],
  // The engine's processes do most of the work, and wait a lot: more workers than cores keep the cores busy. A real server is
  // one for all: the guide's names are there once.
  maxWorkers: process.env["TEST_POCKET_ID_URL"] === undefined ? Math.ceil(availableParallelism() * 1.5) : 1,
  testTimeout: 120_000,
};
