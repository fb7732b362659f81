/** The user of oCIS and of Pocket ID in their images. */
const USER_ID = 1000;
/** What every pod of ours has. */
export const RESTRICTED_POD = {
  automountServiceAccountToken: false,
  // A Service named ocis would set variables like OCIS_PORT, which oCIS reads.
  enableServiceLinks: false,
  securityContext: {
    ...{ runAsNonRoot: true, runAsUser: USER_ID, runAsGroup: USER_ID },
    ...{ fsGroup: USER_ID, fsGroupChangePolicy: "OnRootMismatch" },
    seccompProfile: { type: "RuntimeDefault" },
  },
};

/** What every container of ours has. */
export const RESTRICTED_CONTAINER = {
  securityContext: {
    ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
    capabilities: { drop: ["ALL"] },
  },
};
