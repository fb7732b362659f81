const FOLDERS = [
  "index.ts",
  "program",
  "providers",
  "components",
  "cli",
  "policy",
  "emulator",
  "lab",
  "demo",
  "tests",
];

/** A folder that may import from these others only, whether by path or by package name (which leads to a `bin` folder). */
function mayImport(folder, ...allowed) {
  const others = FOLDERS.filter((other) => other !== folder && !allowed.includes(other));
  return {
    name: `${folder}-imports-down`,
    severity: "error",
    from: { path: `^${folder}/` },
    to: { path: `^(${others.join("|")})(/|$)` },
  };
}

/** Imports point down, and nothing imports in a circle. Types count. */
export default {
  forbidden: [
    { name: "no-cycles-of-files", severity: "error", from: {}, to: { circular: true } },
    { name: "no-cycles-of-folders", severity: "error", scope: "folder", from: {}, to: { circular: true } },
    mayImport("providers"),
    mayImport("components", "providers"),
    mayImport("program", "components", "providers"),
    mayImport("cli", "program", "components", "providers"),
    mayImport("policy"),
    mayImport("emulator", "providers"),
    {
      name: "emulator-shares-only-the-url-patterns",
      comment:
        "Both implement the server's own URL patterns; tests/contract compares them with the real server.",
      severity: "error",
      from: { path: "^emulator/" },
      to: { path: "^providers/", pathNot: "^providers/(bin/)?oidc-client/callback-url" },
    },
    {
      name: "only-its-tests-import-lab",
      severity: "error",
      from: { pathNot: "^(lab|tests/lab|tests/docs)/" },
      to: { path: "^lab/" },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "(^|/)bin/"] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["types", "import", "require"] },
    cache: { folder: ".cache/dependency-cruiser", strategy: "content" },
  },
};
