/** A small file of each content type that is sent or answered as bytes, as a media type's example. */
export const FILES: Readonly<Record<string, object>> = {
  "application/json": { example: { cart: { title: "Warenkorb", empty: "Noch nichts im Warenkorb" } } },
  "application/x-ndjson": {
    example: '{"key":"cart.title","namespace":"checkout","values":{"en":"Cart","de":"Warenkorb"}}\n',
  },
};
