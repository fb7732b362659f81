import { OCIS } from "./ocis";
import { OPENCLOUD } from "./opencloud";
import type { Product, ProductKey } from "./product";

export * from "./ocis";
export { OPENCLOUD } from "./opencloud";
export type * from "./product";

/** The products by key. */
export const PRODUCTS: Readonly<Record<ProductKey, Product>> = { ocis: OCIS, opencloud: OPENCLOUD };

/** The keys, for schemas. */
export const PRODUCT_KEYS = Object.keys(PRODUCTS) as ProductKey[];

/** The product with this key. @default ocis */
export function productOf(key: ProductKey = "ocis"): Product {
  return PRODUCTS[key];
}

/** A message that names oCIS, for another product. Only for fixed texts: it would change names that people gave. */
export function inWordsOf({ key, title, web, prefix }: Product, text: string): string {
  if (key === "ocis") return text;
  return text
    .replaceAll("ownCloud Web", web)
    .replaceAll("oCIS", title)
    .replace(/\bOCIS_(?=[A-Z])/g, `${prefix}_`)
    .replace(/\bocis(?=(\.yaml|\.config\.patch| init| proxy)\b)/g, key);
}
