/** Whether a group has this technical name. Older servers store names as sent: the same letters, composed otherwise, match. */
export function hasName(group: { readonly name: string }, name: string | undefined): boolean {
  return name !== undefined && group.name.normalize("NFC") === name.normalize("NFC");
}

/** ` (did you mean it-staff?)` for a friendly name, or a name in other case. */
export function didYouMeanGroup(
  groups: readonly { readonly name: string; readonly friendlyName: string }[],
  name: string,
): string {
  const wanted = plainName(name);
  const names = groups.filter((group) =>
    [group.name, group.friendlyName].some((one) => plainName(one) === wanted),
  );
  return names.length === 0 ? "" : ` (did you mean ${names.map((group) => group.name).join(" or ")}?)`;
}

/** A name without what people overlook: case, blanks around it, the form of its letters. */
export const plainName = (name: string) => name.normalize("NFC").trim().toLowerCase();
