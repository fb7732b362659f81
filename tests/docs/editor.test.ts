import { existsSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { ROOT } from "./pages";

/** What an editor shows of a property: the comment in the declaration, though its type is computed. */
const FILE = join(ROOT, "tests", "docs", "program.example.ts");
const PROGRAM = `
import { CustomClaims, OidcClient, UserGroup } from "@ocis-pocket-id/providers";
const group = new UserGroup("staff", { name: "staff", friendlyName: "All of us" });
const identity = { issuer: "https://ci.company.com" };
new OidcClient("wiki", {
  name: "Wiki",
  callbackUrls: ["https://wiki.company.com"],
  federatedIdentities: [{ ...identity, subject: "deploy" }],
  allowedUserGroupIds: [group.id],
});
new CustomClaims("staff", { groupId: group.id, claims: [{ key: "roles", value: "user" }] });
export const title = group.friendlyName;
export const adopted = group.adopted;
`;

/** What both editors have read: most of it is the same. */
const files = ts.createDocumentRegistry();

function editor(paths: ts.MapLike<string[]> | undefined): ts.LanguageService {
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ["node"],
    ...(paths === undefined ? {} : { paths }),
  };
  const textOf = (name: string) => (name === FILE ? PROGRAM : ts.sys.readFile(name));
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [FILE],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = textOf(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => ROOT,
    getDefaultLibFileName: (its) => ts.getDefaultLibFilePath(its),
    fileExists: (name) => name === FILE || ts.sys.fileExists(name),
    readFile: textOf,
    directoryExists: (name) => ts.sys.directoryExists(name),
    getDirectories: (name) => ts.sys.getDirectories(name),
    readDirectory: (...given) => ts.sys.readDirectory(...given),
    realpath: (name) => ts.sys.realpath?.(name) ?? name,
  };
  return ts.createLanguageService(host, files);
}

const inText = (parts: readonly ts.SymbolDisplayPart[] | undefined) =>
  ts.displayPartsToString([...(parts ?? [])]);

describe.each<[string, ts.MapLike<string[]> | undefined]>([
  ["the sources", { "@ocis-pocket-id/providers": [join(ROOT, "providers", "index.ts")] }],
  ["the package", undefined],
])("in %s", (_where, paths) => {
  const service = editor(paths);
  const show = (name: string) => {
    const info = service.getQuickInfoAtPosition(FILE, PROGRAM.indexOf(name) + name.lastIndexOf(".") + 1);
    return { type: inText(info?.displayParts), text: inText(info?.documentation) };
  };

  test("the program is right", () => {
    expect(existsSync(join(ROOT, "providers", "bin", "index.d.ts"))).toBe(true);
    expect(service.getSemanticDiagnostics(FILE).map(({ messageText }) => messageText)).toEqual([]);
  });

  test.each([
    ["friendlyName:", "friendlyName?: Input<string>", "Name shown to people, 2 to 50 characters."],
    ["callbackUrls", "callbackUrls?: Input<Input<string>[]>", "Where logins may return to"],
    ["subject", "subject?: Input<string>", "The `sub` that they must have."],
    ["key:", "key: Input<string>", "The claim's name in ID token and userinfo."],
    ["value:", "value: Input<JsonValue>", "The claim's value, of any JSON type"],
    ["group.friendlyName", "friendlyName: Output<string>", "Name shown to people, 2 to 50 characters."],
    ["group.adopted", "adopted: ", "True when the group existed before"],
  ])("'%s' has its type and comment", (name, type, text) => {
    const shown = show(name);
    expect(shown.type).toContain(type);
    expect(shown.text).toContain(text);
  });

  test("the arguments are called by their name", () => {
    const help = service.getSignatureHelpItems(FILE, PROGRAM.indexOf('("staff"') + 1, undefined);
    const parameters = help?.items[0]?.parameters.map(({ displayParts }) => inText(displayParts));
    expect(parameters).toEqual(["name: string", "args: UserGroupArgs", "opts?: CustomResourceOptions"]);
  });
});
