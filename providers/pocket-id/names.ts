/** Whether a group has this technical name. Older servers store names as sent: the same letters, composed otherwise, match. */
export function hasName(group: { readonly name: string }, name: string | undefined): boolean {
  return name !== undefined && group.name.normalize("NFC") === name.normalize("NFC");
}
