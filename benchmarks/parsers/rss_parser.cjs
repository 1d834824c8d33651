// rss-parser (npm): the entries of a file, one JSON array [id, title, link, date] a line.
const Parser = require("rss-parser");
const fs = require("fs");

new Parser().parseString(fs.readFileSync(process.argv[2], "utf8")).then((feed) => {
  for (const item of feed.items) {
    console.log(JSON.stringify([item.guid || item.id, item.title, item.link, item.isoDate]));
  }
});
