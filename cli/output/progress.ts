import { coloursOf, sizeOf } from "./terminal";

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

const MARKS = { running: "·", fine: "✓", findings: "!", error: "✗" } as const;
type State = keyof typeof MARKS;

/** @param stacks names in the order of their lines */
export function openProgress(stacks: readonly string[], stream: ProgressStream = process.stderr): Progress {
  const width = Math.max(0, ...stacks.map((stack) => stack.length));
  const colours = coloursOf({ isTTY: stream.isTTY ?? false });
  const paint = { running: colours.dim, fine: colours.green, findings: colours.yellow, error: colours.red };
  const line = (stack: string, state: State, what: string) => {
    const room = sizeOf(stream).columns - width - 5;
    // A line that wraps couldn't be overwritten.
    const text =
      stream.isTTY === true && what.length > room ? `${what.slice(0, Math.max(0, room - 1))}…` : what;
    return `${paint[state](MARKS[state])} ${stack.padEnd(width)}  ${text}`;
  };
  return stream.isTTY === true ? live(stacks, stream, line) : plain(stream, line);
}

type Line = (stack: string, state: State, what: string) => string;

function plain(stream: ProgressStream, line: Line): Progress {
  return {
    update: () => undefined,
    done: (stack, outcome, what) => stream.write(`${line(stack, outcome, what)}\n`),
    close: () => undefined,
  };
}

/** A line for each stack, or only for those that are running if not all fit. */
function live(stacks: readonly string[], stream: ProgressStream, line: Line): Progress {
  const fits = stacks.length < sizeOf(stream).rows;
  const lines = new Map(fits ? stacks.map((stack) => [stack, line(stack, "running", "waiting")]) : []);
  let drawn = 0;
  const draw = (ended = "") => {
    const back = drawn === 0 ? "" : `\u001b[${drawn}A\u001b[J`;
    stream.write(back + ended + [...lines.values()].map((text) => `${text}\n`).join(""));
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
      draw(fits ? "" : `${last}\n`);
    },
    close: () => {
      draw();
    },
  };
}
