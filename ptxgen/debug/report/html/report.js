"use strict";
document.documentElement.classList.add("js");

const items = [...document.querySelectorAll("[data-rule]")].map((element) => ({
  element,
  text: (element.dataset.text || element.textContent).toLowerCase(),
}));
const cards = items.filter(({ element }) => element.matches("details.finding"));
const controls = document.getElementById("filters");
const shown = document.getElementById("shown");

function chosen(name) {
  return new Set([...controls.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value));
}

function filter() {
  const wanted = { severity: chosen("severity"), family: chosen("family"), verdict: chosen("verdict") };
  const rule = controls.querySelector("select").value;
  const words = controls.querySelector("input[type=search]").value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const { element, text } of items) {
    const fits = Object.entries(wanted).every(([name, values]) => values.has(element.dataset[name]));
    element.hidden = !(
      fits && (!rule || rule === element.dataset.rule) && words.every((word) => text.includes(word))
    );
  }
  const left = cards.filter(({ element }) => !element.hidden).length;
  shown.textContent = `${left} of ${cards.length} shown`;
}

function fold(open) {
  for (const { element } of cards) element.open = open;
}

function reveal() {
  const id = decodeURIComponent(location.hash.slice(1));
  const target = id && document.getElementById(id);
  for (let at = target; at; at = at.parentElement) if (at.matches("details")) at.open = true;
  if (target) target.scrollIntoView({ block: "center" });
}

controls.addEventListener("input", filter);
controls.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("fold").addEventListener("click", () => fold(false));
document.getElementById("unfold").addEventListener("click", () => fold(true));
document.getElementById("clear").addEventListener("click", () => {
  controls.reset();
  filter();
});
addEventListener("hashchange", reveal);
addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.matches("input, select")) {
    event.preventDefault();
    controls.querySelector("input[type=search]").focus();
  }
});
filter();
reveal();
