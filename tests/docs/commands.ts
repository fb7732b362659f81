import { blocksOf, type Page, prose } from "./pages";

/** A `pulumi config` command of a page. */
export interface ConfigCommand {
  readonly where: string;
  /** The key without what follows in a path: `members` of `members.admin[0]`. */
  readonly key: string;
  /** The value, when the command sets one as a whole and in clear. */
  readonly value: string | undefined;
}

/** Every `pulumi config set` and `rm` of a page, in blocks of commands and in running text. */
export function configCommands(page: Page): ConfigCommand[] {
  const inBlocks = blocksOf(page)
    .filter(({ language }) => language === "sh")
    .flatMap(({ line, text }) => text.split("\n").map((its, index) => ({ line: line + index, text: its })));
  const inText = prose(page).flatMap((text, index) =>
    [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => ({ line: index + 1, text: code })),
  );
  return [...inBlocks, ...inText].flatMap(({ line, text }) => {
    const commands = text.matchAll(
      /pulumi config (set|rm) ((?:'[^']*'|"[^"]*"|[^\s`|&#])+(?: (?:'[^']*'|"[^"]*"|[^\s`|&#]+))*)/g,
    );
    return [...commands].map(([, verb, rest = ""]) => ({
      where: `${page.path}:${line}`,
      ...parsed(verb, rest),
    }));
  });
}

function parsed(verb: string | undefined, text: string): Pick<ConfigCommand, "key" | "value"> {
  const words = (text.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) =>
    word.replace(/^(['"])(.*)\1$/, "$2"),
  );
  const options = words.filter((word) => word.startsWith("--"));
  const stack = words.indexOf("--stack");
  const [path = "", value] = words.filter(
    (word, index) => !word.startsWith("--") && (stack === -1 || index !== stack + 1),
  );
  const whole = verb === "set" && !options.some((option) => ["--path", "--secret"].includes(option));
  const key = options.includes("--path") ? path.replace(/[.[].*$/, "") : path;
  return { key, value: whole ? value : undefined };
}
