import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

const SLOW =
  "Import providers/core/sdk.ts or components/docker-host/sdk.ts: each run of a program waits for this one.";

export default tseslint.config(
  { ignores: ["**/bin/", "**/node_modules/", "docs/reference/", ".demo*/", ".cache/", "coverage/"] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: [".dependency-cruiser.mjs", "eslint.config.mjs", "jest.config.mjs"],
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Numbers in messages are meant for people. Everything else must be converted explicitly.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Constructing a resource registers it with the engine, so `new UserGroup(...)` is a statement.
      "no-new": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "max-lines": ["error", { max: 250 }],
    },
  },
  {
    files: ["providers/**", "components/**", "program/**"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          paths: [
            { name: "@pulumi/pulumi", message: SLOW, allowTypeImports: true },
            { name: "@pulumi/docker", message: SLOW, allowTypeImports: true },
          ],
        },
      ],
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { console: "readonly", module: "writable", process: "readonly" } },
  },
);
