"use strict";
const assert = require("node:assert/strict");
const { NotFoundError } = require("openai");
const is = require("./shapes.cjs");
const { PUFFINS, WOMBATS, all, ids } = require("./given.cjs");

const WEEK = { anchor: "last_active_at", days: 7 };

const found = is.shape({
  object: is.one("vector_store.search_results.page"),
  search_query: is.each(is.text),
  data: is.each(is.hit),
  has_more: is.one(false),
  next_page: is.one(null),
});

module.exports = {
  "vector_stores.create": async (given) => {
    const store = await given.client.vectorStores.create({
      name: "Birds",
      metadata: { team: "zoo" },
      expires_after: WEEK,
    });

    is.store(store);
    assert.ok(store.id.startsWith("vs_"));
    assert.deepEqual([store.name, store.status, store.usage_bytes], ["Birds", "completed", 0]);
    assert.deepEqual([store.metadata, store.expires_after], [{ team: "zoo" }, WEEK]);
    assert.equal(store.expires_at, store.last_active_at + 7 * 86400);
  },

  "vector_stores.create(chunking_strategy)": async (given) => {
    const strategy = {
      type: "static",
      static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 20 },
    };
    const file = await given.uploaded();

    const store = await given.client.vectorStores.create({
      file_ids: [file.id],
      chunking_strategy: strategy,
    });

    const [attached] = await all(given.client.vectorStores.files.list(store.id));
    assert.deepEqual(attached.chunking_strategy, strategy);
  },

  "vector_stores.retrieve": async (given) => {
    const store = await given.client.vectorStores.create({ metadata: { team: "zoo" } });

    assert.deepEqual(await given.client.vectorStores.retrieve(store.id), store);
  },

  "vector_stores.update": async (given) => {
    const store = await given.client.vectorStores.create({ name: "Birds", expires_after: WEEK });

    const updated = await given.client.vectorStores.update(store.id, {
      name: "Sea birds",
      metadata: { team: "sea" },
      expires_after: null,
    });

    is.store(updated);
    assert.deepEqual([updated.id, updated.name], [store.id, "Sea birds"]);
    assert.deepEqual([updated.metadata, updated.expires_at], [{ team: "sea" }, null]);
    assert.deepEqual(await given.client.vectorStores.retrieve(store.id), updated);
  },

  // The newest first; others make and delete stores while it pages to those made here.
  "vector_stores.list": async (given) => {
    const made = [];
    for (let number = 0; number < 5; number += 1) {
      made.push((await given.client.vectorStores.create({ name: `page ${number}` })).id);
    }

    const seen = [];
    for await (const store of given.client.vectorStores.list({ limit: 2 })) {
      is.store(store);
      seen.push(store.id);
      if (store.id === made[0]) break;
    }

    const mine = (id) => made.includes(id);
    assert.deepEqual(seen.filter(mine), made.toReversed());
    assert.equal(new Set(seen).size, seen.length);
    const upwards = given.client.vectorStores.list({ limit: 100, order: "asc" });
    assert.deepEqual(ids(await all(upwards)).filter(mine), made);
  },

  "vector_stores.delete": async (given) => {
    const store = await given.client.vectorStores.create({});

    const gone = await given.client.vectorStores.delete(store.id);

    is.deleted("vector_store.deleted")(gone);
    assert.equal(gone.id, store.id);
    await assert.rejects(given.client.vectorStores.retrieve(store.id), NotFoundError);
  },

  "vector_stores.search": async (given) => {
    const [wombats, puffins] = [await given.uploaded(), await given.uploaded(PUFFINS, "p.txt")];
    const store = await given.storeWith(wombats, puffins);
    const attributes = { kind: "bird", year: 2026 };
    await given.client.vectorStores.files.update(puffins.id, {
      vector_store_id: store.id,
      attributes,
    });

    const query = { query: ["long burrows"], max_num_results: 2 };
    const page = await given.client.vectorStores.search(store.id, query);
    const response = await given.client.vectorStores.search(store.id, query).asResponse();
    const birds = await given.client.vectorStores.search(store.id, {
      query: "long burrows",
      filters: { type: "eq", key: "kind", value: "bird" },
      ranking_options: { ranker: "auto", score_threshold: 0 },
      rewrite_query: false,
    });

    found(await response.json());
    const [first] = page.data;
    assert.deepEqual(page.data.map((hit) => hit.filename), ["wombats.txt", "p.txt"]);
    assert.deepEqual([first.file_id, first.attributes], [wombats.id, {}]);
    assert.deepEqual(first.content, [{ type: "text", text: WOMBATS }]);
    assert.deepEqual(birds.data.map((hit) => [hit.file_id, hit.attributes]), [
      [puffins.id, attributes],
    ]);
  },
};
