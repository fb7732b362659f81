import { stripVTControlCharacters } from "node:util";
import pico from "picocolors";
import { reasonOf } from "./engine/programs";

/** Prints a result for programs: one JSON document on stdout, and nothing else there. */
export function printJson(result: unknown): void {
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
}

/** Writes a result to a file. @throws Error in one line that names the file and the option to change */
export async function intoFile(
  option: string,
  file: string,
  write: (file: string) => Promise<void>,
): Promise<void> {
  try {
    await write(file);
  } catch (error) {
    const fix = `create its folder, or use another file with ${option}`;
    throw new Error(`${file} can't be written (${reasonOf(error)}): ${fix}`, { cause: error });
  }
}

/** A table with aligned columns. Cells can have colours. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(widthOf(heading), ...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    "  " +
    widths
      .map((width, column) => padded(cells[column] ?? "", width))
      .join("  ")
      .trimEnd();
  return [line(headings), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

const widthOf = (cell: string) => stripVTControlCharacters(cell).length;
const padded = (cell: string, width: number) => cell + " ".repeat(Math.max(0, width - widthOf(cell)));

/** The colours of a stream: none if it isn't a terminal, or if NO_COLOR is set (https://no-color.org). */
export function coloursOf({ isTTY = false }: { readonly isTTY?: boolean }) {
  const { NO_COLOR: noColour = "", TERM: terminal } = process.env;
  return pico.createColors(isTTY && noColour === "" && terminal !== "dumb");
}

/** The size of a terminal; the usual one where it reports 0, as in some containers. */
export function sizeOf({ columns = 0, rows = 0 }: { readonly columns?: number; readonly rows?: number }) {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}

/** Where progress is written: stderr by default, so that stdout contains only the result. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Shows progress: on a terminal a live line for each stack, elsewhere a plain line when a stack is done. */
export interface Progress {
  /** Shows what a stack is doing: `reading its state`. */
  update(stack: string, what: string): void;
  /** Shows how a stack ended. */
  done(stack: string, outcome: "fine" | "findings" | "error", what: string): void;
  /** Ends the live lines; the last of each stack stays. */
  close(): void;
}

/** @param stacks names in the order of their lines */
export function openProgress(stacks: readonly string[], stream: ProgressStream = process.stderr): Progress {
  const { isTTY = false } = stream;
  const colours = coloursOf({ isTTY });
  const marks = {
    running: colours.dim("·"),
    fine: colours.green("✓"),
    findings: colours.yellow("!"),
    error: colours.red("✗"),
  };
  const width = Math.max(0, ...stacks.map((stack) => stack.length));
  const line = (stack: string, state: keyof typeof marks, what: string) => {
    const room = sizeOf(stream).columns - width - 5;
    // A line that wraps couldn't be overwritten.
    const text = isTTY && what.length > room ? `${what.slice(0, Math.max(0, room - 1))}…` : what;
    return `${marks[state]} ${stack.padEnd(width)}  ${text}\n`;
  };
  if (!isTTY) {
    return {
      update: () => undefined,
      done: (stack, outcome, what) => stream.write(line(stack, outcome, what)),
      close: () => undefined,
    };
  }

  // A line for each stack, or only for those that are running if not all fit.
  const fits = stacks.length < sizeOf(stream).rows;
  const lines = new Map(fits ? stacks.map((stack) => [stack, line(stack, "running", "waiting")]) : []);
  let drawn = 0;
  const draw = (ended = "") => {
    const back = drawn === 0 ? "" : `\u001b[${drawn}A\u001b[J`;
    stream.write(back + ended + [...lines.values()].join(""));
    drawn = lines.size;
  };
  draw();
  return {
    update: (stack, what) => {
      lines.set(stack, line(stack, "running", what));
      draw();
    },
    done: (stack, outcome, what) => {
      const last = line(stack, outcome, what);
      if (fits) lines.set(stack, last);
      else lines.delete(stack);
      draw(fits ? "" : last);
    },
    close: () => {
      draw();
    },
  };
}
