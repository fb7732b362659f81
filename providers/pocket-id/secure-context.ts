import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";

const contexts = new Map<string, SecureContext>();

/** Trusts a CA beside the public ones. Reading those takes Node 40 ms, so each context is made once and not for each connection. */
export function contextTrusting(caCertificate: string): SecureContext {
  let context = contexts.get(caCertificate);
  if (context === undefined) {
    context = createSecureContext({ ca: [...rootCertificates, caCertificate] });
    contexts.set(caCertificate, context);
  }
  return context;
}
