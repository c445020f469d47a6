"use strict";
const assert = require("node:assert/strict");
const is = require("./shapes.cjs");
const { PUFFINS, WOMBATS, all, ids, toFile } = require("./given.cjs");

const puffins = () => toFile(Buffer.from(PUFFINS), "puffins.txt");

/** A file and the store it is in. */
async function stored(given, text) {
  const file = await given.uploaded(text);
  return [file, await given.storeWith(file)];
}

/** A file and a store it is not in. */
async function apart(given, text) {
  return [await given.uploaded(text), await given.client.vectorStores.create({})];
}

module.exports = {
  "vector_stores.files.create": async (given) => {
    const [file, store] = await apart(given);

    const attached = await given.client.vectorStores.files.create(store.id, { file_id: file.id });

    is.storeFile(attached);
    assert.deepEqual([attached.id, attached.vector_store_id], [file.id, store.id]);
    assert.equal(attached.last_error, null);
  },

  "vector_stores.files.create(attributes)": async (given) => {
    const [file, store] = await apart(given);
    const attributes = { kind: "mammal", year: 2026, wild: true };

    const attached = await given.client.vectorStores.files.create(store.id, {
      file_id: file.id,
      attributes,
      chunking_strategy: { type: "auto" },
    });

    is.storeFile(attached);
    assert.deepEqual(attached.attributes, attributes);
    assert.deepEqual(attached.chunking_strategy, {
      type: "static",
      static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 },
    });
  },

  "vector_stores.files.create_and_poll": async (given) => {
    const [file, store] = await apart(given);

    const body = { file_id: file.id };
    const done = await given.client.vectorStores.files.createAndPoll(store.id, body);

    is.storeFile(done);
    assert.deepEqual([done.id, done.status, done.last_error], [file.id, "completed", null]);
  },

  "vector_stores.files.poll": async (given) => {
    const [file, store] = await apart(given, "  ");
    await given.client.vectorStores.files.create(store.id, { file_id: file.id });

    const failed = await given.client.vectorStores.files.poll(store.id, file.id);

    is.storeFile(failed);
    assert.deepEqual([failed.status, failed.last_error.code], ["failed", "invalid_file"]);
    assert.match(failed.last_error.message, /empty/);
  },

  "vector_stores.files.upload": async (given) => {
    const store = await given.client.vectorStores.create({});

    const attached = await given.client.vectorStores.files.upload(store.id, await puffins());

    is.storeFile(attached);
    assert.equal((await given.client.files.retrieve(attached.id)).filename, "puffins.txt");
  },

  "vector_stores.files.upload_and_poll": async (given) => {
    const store = await given.client.vectorStores.create({});

    const done = await given.client.vectorStores.files.uploadAndPoll(store.id, await puffins());

    is.storeFile(done);
    assert.equal(done.status, "completed");
    const { file_counts: counts } = await given.client.vectorStores.retrieve(store.id);
    assert.equal(counts.completed, 1);
  },

  "vector_stores.files.list": async (given) => {
    const files = [];
    for (const number of "01234") files.push(await given.uploaded(WOMBATS + number));
    const store = await given.storeWith(...files);

    const query = { limit: 2, filter: "completed" };
    const response = await given.client.vectorStores.files.list(store.id, query).asResponse();
    const listed = await all(given.client.vectorStores.files.list(store.id, query));
    const failed = await all(given.client.vectorStores.files.list(store.id, { filter: "failed" }));

    is.list(is.storeFile)(await response.json());
    assert.deepEqual(ids(listed).sort(), ids(files).sort());
    assert.deepEqual(failed, []);
  },

  "vector_stores.files.retrieve": async (given) => {
    const [file, store] = await stored(given);

    const place = { vector_store_id: store.id };
    const found = await given.client.vectorStores.files.retrieve(file.id, place);

    is.storeFile(found);
    assert.deepEqual([found.id, found.status], [file.id, "completed"]);
    assert.ok(found.usage_bytes > WOMBATS.length);
  },

  "vector_stores.files.update": async (given) => {
    const [file, store] = await stored(given);
    const attributes = { year: 2026, ratio: 0.5, read: true };

    const updated = await given.client.vectorStores.files.update(file.id, {
      vector_store_id: store.id,
      attributes,
    });

    is.storeFile(updated);
    assert.deepEqual(updated.attributes, attributes);
  },

  "vector_stores.files.content": async (given) => {
    const text = Array.from({ length: 3000 }, (_, number) => `word${number}`).join(" ");
    const [file, store] = await stored(given, text);

    const place = { vector_store_id: store.id };
    const parts = await all(given.client.vectorStores.files.content(file.id, place));

    assert.ok(is.each(is.shape({ type: is.one("text"), text: is.text }))(parts));
    assert.equal(parts.map((part) => part.text).join(""), text);
  },

  "vector_stores.files.delete": async (given) => {
    const [file, store] = await stored(given);

    const place = { vector_store_id: store.id };
    const gone = await given.client.vectorStores.files.delete(file.id, place);

    is.deleted("vector_store.file.deleted")(gone);
    assert.deepEqual(await all(given.client.vectorStores.files.list(store.id)), []);
    assert.deepEqual(await given.client.files.retrieve(file.id), file);
  },
};
