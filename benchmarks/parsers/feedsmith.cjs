// feedsmith (npm): the entries of a file, one JSON array [id, title, link, date] a line.
const { parseFeed } = require("feedsmith");
const fs = require("fs");

const link = (entry) => entry.links.find((one) => one.rel === "alternate").href;
const readers = {
  atom: (feed) => (feed.entries || []).map((one) => [one.id, one.title.value, link(one), one.published]),
  rss: (feed) => (feed.items || []).map((one) => [one.guid.value, one.title, one.link, one.pubDate]),
  json: (feed) => (feed.items || []).map((one) => [one.id, one.title, one.url, one.date_published]),
};
const { format, feed } = parseFeed(fs.readFileSync(process.argv[2], "utf8"));
for (const entry of readers[format](feed)) {
  console.log(JSON.stringify(entry));
}
