import pico from "picocolors";

/** The colours of a stream: none when it is no terminal, or when NO_COLOR is set (https://no-color.org). */
export function coloursOf({
  isTTY = false,
}: {
  readonly isTTY?: boolean;
}): ReturnType<typeof pico.createColors> {
  const { NO_COLOR: noColour = "", TERM: terminal } = process.env;
  return pico.createColors(isTTY && noColour === "" && terminal !== "dumb");
}
