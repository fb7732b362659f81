import { availableParallelism } from "node:os";

/** Every suite speaks to a real local HTTP server; only tests/engine and tests/packaging need an engine. */
export default {
  roots: ["<rootDir>/tests"],
  testEnvironment: "node",
  testMatch: ["**/*.test.ts"],
  transform: { "\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/tests/tsconfig.json" }] },
  moduleNameMapper: {
    "^@ocis-pocket-id/providers$": "<rootDir>/providers/index.ts",
    "^@ocis-pocket-id/providers/(handlers|core|pocket-id)$": "<rootDir>/providers/$1",
    "^@ocis-pocket-id/providers/callback-url$": "<rootDir>/providers/oidc-client/callback-url",
    "^@ocis-pocket-id/components$": "<rootDir>/components/index.ts",
    "^@ocis-pocket-id/components/(handlers|docker-host)$": "<rootDir>/components/$1",
    "^ocis-pocket-id/engine$": "<rootDir>/cli/engine/index.ts",
    "^ocis-pocket-id/program$": "<rootDir>/program/index.ts",
    "^@ocis-pocket-id/components/hosts$": "<rootDir>/components/settings/hosts.ts",
  },
  modulePathIgnorePatterns: ["<rootDir>/.demo/", "<rootDir>/.cache/"],
  setupFiles: ["<rootDir>/tests/support/environment.ts"],
  reporters: ["default", "<rootDir>/tests/support/summary-reporter.js"],
  // The engine's processes do most of the work, and wait a lot: more workers than cores keep the cores busy. A real server is
  // one for all: the guide's names are there once.
  maxWorkers: process.env["TEST_POCKET_ID_URL"] === undefined ? Math.ceil(availableParallelism() * 1.5) : 1,
  testTimeout: 30_000,
};
