// Filters and grouping. The page is complete before this runs.
const filters = document.getElementById("filters");
const main = document.querySelector("main");
const nothing = document.getElementById("nothing");
const sections = [...main.querySelectorAll("section")];
const articles = [...main.querySelectorAll("section > article")];
const total = articles.length;
filters.hidden = total === 0;

// The file's sections are made when they are first asked for.
let byFile;
function fileSections() {
  const names = [...new Set(articles.map((article) => article.dataset.file))].sort();
  return names.map((name) => {
    const section = document.createElement("section");
    section.dataset.group = name;
    const heading = document.createElement("h2");
    heading.append((name || "somewhere") + " ", document.createElement("b"));
    section.append(heading);
    return section;
  });
}

function group(by) {
  const shown = by === "file" ? (byFile ??= fileSections()) : sections;
  const homes = new Map(shown.map((section) => [section.dataset.group, section]));
  for (const article of articles) homes.get(article.dataset[by]).append(article);
  for (const section of main.querySelectorAll("section")) section.remove();
  nothing.before(...shown);
}

function chosen(name) {
  const switches = [...filters.querySelectorAll(`input[name="${name}"]`)];
  if (switches.length === 0) return () => true;
  const on = new Set(switches.filter((one) => one.checked).map((one) => one.value));
  return (article) => on.has(article.dataset[name]);
}

function filter() {
  const words = filters.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const level = chosen("level");
  const origin = chosen("origin");
  let left = 0;
  for (const article of articles) {
    const text = article.textContent.toLowerCase();
    const passes = level(article) && origin(article) && words.every((word) => text.includes(word));
    article.hidden = !passes;
    left += passes;
  }
  for (const section of main.querySelectorAll("section")) {
    const count = section.querySelectorAll("article:not([hidden])").length;
    section.hidden = count === 0;
    section.querySelector("h2 b").textContent = count;
  }
  nothing.hidden = left > 0 || total === 0;
  filters.querySelector("output").textContent = `${left} of ${total}`;
}

filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("input", (event) => {
  if (event.target.name === "theme") {
    document.documentElement.style.colorScheme = event.target.value;
    return;
  }
  if (event.target.name === "group") group(event.target.value);
  filter();
});
// A browser keeps what was chosen over a reload.
document.documentElement.style.colorScheme = filters.theme.value;
group(filters.group.value);
filter();
