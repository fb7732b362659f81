/** Now, as a fresh object's answer tells it. */
export const now = (): string => new Date().toISOString();

/** The same time as the database keeps it: whole seconds. */
export const toSeconds = (time: string): string => `${time.slice(0, 19)}Z`;
