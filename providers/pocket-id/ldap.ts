/** Whether Pocket ID takes a group or person from LDAP. Their next sync undoes what others write. */
export function isFromLdap({ ldapId }: { readonly ldapId?: string | null | undefined }): boolean {
  return typeof ldapId === "string" && ldapId !== "";
}
