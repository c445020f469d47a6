"use strict";
// What the client asks for by default is base64, which it decodes.
const assert = require("node:assert/strict");
const is = require("./shapes.cjs");
const { PUFFINS, WOMBATS } = require("./given.cjs");

const embedded = (given, options = {}) =>
  given.client.embeddings.create({ input: [WOMBATS, PUFFINS], model: given.model, ...options });

const answer = (given, embedding) =>
  is.shape({
    object: is.one("list"),
    model: is.one(given.model),
    data: is.each(is.shape({ object: is.one("embedding"), index: is.integer, embedding })),
    usage: is.shape({ prompt_tokens: is.integer, total_tokens: is.integer }),
  });

const close = (left, right) =>
  left.length === right.length && left.every((one, at) => Math.abs(one - right[at]) < 1e-6);

const unpacked = (text) => {
  const bytes = Buffer.from(text, "base64");
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at));
};

module.exports = {
  "embeddings.create": async (given) => {
    const got = await embedded(given);

    answer(given, is.each(is.number))(got);
    assert.deepEqual(got.data.map((each) => each.index), [0, 1]);
    assert.ok(got.usage.prompt_tokens > 0);
    const [first, second] = got.data.map((each) => each.embedding);
    assert.ok(Math.abs(Math.hypot(...first) - 1) < 1e-3);
    assert.ok(!close(first, second));
  },

  "embeddings.create(encoding_format)": async (given) => {
    const byDefault = await embedded(given);
    const asFloat = await embedded(given, { encoding_format: "float" });
    const asBase64 = await embedded(given, { encoding_format: "base64" });

    answer(given, is.each(is.number))(asFloat);
    answer(given, is.text)(asBase64);
    for (const [at, { embedding }] of asFloat.data.entries()) {
      assert.ok(close(byDefault.data[at].embedding, embedding));
      assert.ok(close(unpacked(asBase64.data[at].embedding), embedding));
    }
  },
};
