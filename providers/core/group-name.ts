import { nonEmptyText } from "./schema";

/** The property by which a preview finds the group of a list. It isn't part of the list, so its change changes nothing. */
export const groupName = { schema: nonEmptyText, optional: true, compared: false } as const;
