/** Variables by name; undefined for one that isn't set. */
export type Lookup = (name: string) => string | undefined;

/**
 * A text of a compose file or .env with its variables filled in: `$NAME`, `${NAME}`, and with `:-`, `-`, `:+`, `+`, `:?` and `?`;
 * `$$` is a dollar. A variable that isn't set is empty, as for `docker compose`.
 *
 * @throws Error in one line for a variable that must be set, or a missing brace
 * @see https://docs.docker.com/reference/compose-file/interpolation/
 */
export function interpolate(text: string, lookup: Lookup): string {
  let result = "";
  let rest = text;
  for (let at = rest.indexOf("$"); at >= 0; at = rest.indexOf("$")) {
    result += rest.slice(0, at);
    rest = rest.slice(at);
    const [plain, name] = /^\$([A-Za-z_]\w*)/.exec(rest) ?? [];
    if (rest.startsWith("${")) {
      const end = closingBrace(rest);
      result += expression(rest.slice(2, end), lookup);
      rest = rest.slice(end + 1);
    } else if (plain !== undefined && name !== undefined) {
      result += lookup(name) ?? "";
      rest = rest.slice(plain.length);
    } else {
      result += "$";
      rest = rest.slice(rest.startsWith("$$") ? 2 : 1);
    }
  }
  return result + rest;
}

/** What is between the braces: the inner text of an operator can have variables too. */
function expression(text: string, lookup: Lookup): string {
  const [, name, operator, inner = ""] = /^([A-Za-z_]\w*)(:?[-+?])?([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined || (operator === undefined && inner !== "")) {
    throw new Error(`'\${${text}}' isn't a variable of a compose file: correct it`);
  }
  const value = lookup(name);
  const isSet = value !== undefined && !(operator?.startsWith(":") === true && value === "");
  if (operator?.endsWith("+") === true) return isSet ? interpolate(inner, lookup) : "";
  if (isSet || operator === undefined) return value ?? "";
  if (operator.endsWith("-")) return interpolate(inner, lookup);
  throw new Error(
    `the compose file needs the variable ${name}: set it in .env (${interpolate(inner, lookup)})`,
  );
}

/** Where the brace of the `${` at the start closes. */
function closingBrace(text: string): number {
  let depth = 0;
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === "{" && text[at - 1] === "$") depth += 1;
    if (text[at] === "}") depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`'${text.slice(0, 20)}' has no closing brace: correct it in the compose file`);
}

const LINE =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|([^\r\n]*))/gm;

/**
 * The variables of a .env. Values in double quotes or none can use the variables above them.
 *
 * @param outer variables of the shell, which go before those of the file
 */
export function readEnvironmentFile(text: string, outer: Lookup): Record<string, string> {
  const variables: Record<string, string> = {};
  const lookup = (name: string) => outer(name) ?? variables[name];
  for (const [, name = "", single, double, bare = ""] of text.matchAll(LINE)) {
    if (single !== undefined) variables[name] = single;
    else if (double !== undefined) variables[name] = interpolate(unescaped(double), lookup);
    else variables[name] = interpolate(bare.replace(/(^|[ \t])#.*$/, "").trim(), lookup);
  }
  return variables;
}

const unescaped = (text: string) =>
  text.replace(/\\([nrt"\\])/g, (_whole, letter: string) => ESCAPES[letter] ?? letter);
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
