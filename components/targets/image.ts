/**
 * The oCIS that is run unless a program names another: the production channel (`owncloud/ocis`, not `ocis-rolling`), its newest
 * release that upstream says is on Docker Hub (owncloud/ocis#12451). Pinned, as an upgrade of oCIS wants a backup first and
 * can't be undone: nobody should get one by updating this package unawares. Changing it is a release note.
 */
export const DEFAULT_OCIS_IMAGE = "owncloud/ocis:8.0.5";
