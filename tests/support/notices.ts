/** The lines that handlers print for people while an operation runs, as the engine shows them in diagnostics. */
export async function noticesOf(operation: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const print = console.error;
  console.error = (line: string) => {
    lines.push(line);
  };
  try {
    await operation();
  } finally {
    console.error = print;
  }
  return lines;
}
