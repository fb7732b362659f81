import { coloursOf } from "./colours";
import { sizeOf } from "./size";

/** Where progress is written: stderr, so that stdout is the result alone. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Says what is going on: one live line for each stack on a terminal; plain lines, one for each end, elsewhere. */
export interface Progress {
  /** What a stack is doing now: `reading Pocket ID`. */
  say(stack: string, what: string): void;
  /** How a stack ended. */
  done(stack: string, outcome: "fine" | "findings" | "error", what: string): void;
  /** Ends the live lines; what was last said of each stack stays. */
  close(): void;
}

const MARKS = { running: "·", fine: "✓", findings: "!", error: "✗" } as const;
type State = keyof typeof MARKS;

/** @param stacks names in the order in which they are to be shown */
export function openProgress(stacks: readonly string[], stream: ProgressStream = process.stderr): Progress {
  const width = Math.max(0, ...stacks.map((stack) => stack.length));
  const colours = coloursOf({ isTTY: stream.isTTY ?? false });
  const paint = { running: colours.dim, fine: colours.green, findings: colours.yellow, error: colours.red };
  const line = (stack: string, state: State, what: string) => {
    const room = sizeOf(stream).columns - width - 5;
    // A line that wraps could not be written over.
    const text =
      stream.isTTY === true && what.length > room ? `${what.slice(0, Math.max(0, room - 1))}…` : what;
    return `${paint[state](MARKS[state])} ${stack.padEnd(width)}  ${text}`;
  };
  return stream.isTTY === true ? live(stacks, stream, line) : plain(stream, line);
}

type Line = (stack: string, state: State, what: string) => string;

function plain(stream: ProgressStream, line: Line): Progress {
  return {
    say: () => undefined,
    done: (stack, outcome, what) => stream.write(`${line(stack, outcome, what)}\n`),
    close: () => undefined,
  };
}

/** A line for each stack; or, where they are more than fit, for each that is running, below those that have ended. */
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
    say: (stack, what) => {
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
