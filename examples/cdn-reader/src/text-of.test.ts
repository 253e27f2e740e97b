import { expect, test } from "vitest";
import { textOf } from "./text-of.ts";

test.each([
  [{ shop: { cart: { title: "Cart" } } }, "Cart"],
  [{ shop: { "cart.title": "Cart" } }, "Cart"],
  [{ "shop.cart.title": "Cart" }, "Cart"],
  [{ shop: { cart: {} } }, undefined],
  [{ shop: "Shop" }, undefined],
  [{}, undefined],
])("of %j, shop.cart.title is %s", (messages, text) => {
  expect(textOf(messages, "shop.cart.title")).toBe(text);
});

test("what every object has is no text", () => {
  expect(textOf({}, "constructor.name")).toBeUndefined();
});
