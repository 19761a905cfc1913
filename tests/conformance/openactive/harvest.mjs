// Reads {name: {"url", "headers", "orders"}}, reads each of those feeds to its end with the harvester of the official
// suite's broker, and prints {name: {"items": what they hold, "failure": why the broker would end, or null}}.
import { createRequire } from 'node:module';

const { harvestRPDELossless } = createRequire(import.meta.url)('@openactive/harvesting-utils');

const harvest = ({ url, headers, orders }) => new Promise((resolve) => {
  const items = [];
  harvestRPDELossless({
    baseUrl: url,
    feedContextIdentifier: url,
    headers: async () => headers,
    processPage: async ({ rpdePage }) => { items.push(...rpdePage.items); },
    onReachedEndOfFeed: async () => resolve({ items, failure: null }),
    isOrdersFeed: orders,
  }).then(({ error }) => resolve({ items, failure: error.rpdeValidationErrors?.map((one) => one.message) ?? [error.message ?? error.type] }));
});

let text = '';
for await (const part of process.stdin) text += part;
const feeds = Object.entries(JSON.parse(text));
const said = Object.fromEntries(await Promise.all(feeds.map(async ([name, feed]) => [name, await harvest(feed)])));
process.stdout.write(JSON.stringify(said), () => process.exit());
