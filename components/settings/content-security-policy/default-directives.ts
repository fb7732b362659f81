/**
 * The guide's directives in the guide's order, but for Pocket ID, which is added to `connect-src` by its issuer's origin.
 * The guide's `frame-ancestors` is `'none'`; oCIS ships `'self'`, which lets its own pages frame it (embed mode).
 *
 * @see the guide's csp.yaml, which is that of oCIS's example ocis_keycloak
 */
export const DEFAULT_DIRECTIVES: Readonly<Record<string, readonly string[]>> = {
  "child-src": ["'self'"],
  "connect-src": ["'self'", "blob:", "https://raw.githubusercontent.com/owncloud/awesome-ocis/"],
  "default-src": ["'none'"],
  "font-src": ["'self'"],
  "frame-ancestors": ["'none'"],
  "frame-src": ["'self'", "blob:", "https://embed.diagrams.net/"],
  "img-src": ["'self'", "data:", "blob:", "https://raw.githubusercontent.com/owncloud/awesome-ocis/"],
  "manifest-src": ["'self'"],
  "media-src": ["'self'"],
  "object-src": ["'self'", "blob:"],
  "script-src": ["'self'", "'unsafe-inline'"],
  "style-src": ["'self'", "'unsafe-inline'"],
};
