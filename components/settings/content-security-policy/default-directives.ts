/**
 * The guide's directives in the guide's order, but for two things: Pocket ID is added to `connect-src` by its issuer's
 * origin, and `frame-ancestors` is `'self'`, as oCIS ships it. With the guide's `'none'` browsers refuse "Save as", "Open",
 * export as PDF and password-protected folders, for which ownCloud Web loads oCIS in a frame.
 *
 * @see the guide's csp.yaml, which is that of oCIS's example ocis_keycloak
 */
export const DEFAULT_DIRECTIVES: Readonly<Record<string, readonly string[]>> = {
  "child-src": ["'self'"],
  "connect-src": ["'self'", "blob:", "https://raw.githubusercontent.com/owncloud/awesome-ocis/"],
  "default-src": ["'none'"],
  "font-src": ["'self'"],
  "frame-ancestors": ["'self'"],
  "frame-src": ["'self'", "blob:", "https://embed.diagrams.net/"],
  "img-src": ["'self'", "data:", "blob:", "https://raw.githubusercontent.com/owncloud/awesome-ocis/"],
  "manifest-src": ["'self'"],
  "media-src": ["'self'"],
  "object-src": ["'self'", "blob:"],
  "script-src": ["'self'", "'unsafe-inline'"],
  "style-src": ["'self'", "'unsafe-inline'"],
};
