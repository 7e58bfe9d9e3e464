// The graph view: the neighbourhood of a kind, drawn by Cytoscape.js, and the same edges as a list.
"use strict";

const STRENGTHS = ["hypothetical", "future", "hedged", "ability", "asserted"];
const MOST_LISTED = 300;
const form = document.getElementById("filters");
const status = document.getElementById("status");
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = matchMedia("(prefers-color-scheme: dark)");
const expanded = new Set();
let cy;

function style() {
  const edge = (support, line) => ({
    selector: `edge[support = "${support}"]`,
    style: { "line-color": colour(`--${support}`), "target-arrow-color": colour(`--${support}`), "line-style": line },
  });
  return [
    { selector: "node", style: {
      label: "data(label)", color: colour("--ink"), "background-color": colour("--link"), width: 18, height: 18,
      "font-size": 16, "text-wrap": "wrap", "text-max-width": 150, "text-valign": "bottom", "text-margin-y": 3 } },
    { selector: "node.center", style: { width: 30, height: 30, "font-weight": 700 } },
    { selector: "node.expanded", style: { "border-width": 3, "border-color": colour("--ink") } },
    { selector: "edge", style: {
      label: "data(relation)", "font-size": 12, "min-zoomed-font-size": 7, color: colour("--soft"), width: 2, "curve-style": "bezier",
      "target-arrow-shape": "triangle", "arrow-scale": 0.8, "text-rotation": "autorotate" } },
    edge("stated", "solid"), edge("entailed", "dashed"), edge("candidate", "dotted"),
    { selector: ".out", style: { display: "none" } },
  ];
}

function layout() {
  cy.elements(":visible").layout({
    name: "cose", animate: false, padding: 30, nodeDimensionsIncludeLabels: true, nodeRepulsion: () => 40000,
    idealEdgeLength: () => 50, edgeElasticity: () => 100, componentSpacing: 60, gravity: 1,
  }).run();
}

async function draw(kind, steps) {
  const answer = await fetch("/neighbours?" + new URLSearchParams({ kind, steps }));
  if (!answer.ok) { status.textContent = await answer.text(); return; }
  const found = await answer.json();
  const known = new Set(cy.elements().map((element) => element.id()));
  const fresh = (things) => things.filter((thing) => !known.has(thing.id)).map((thing) => ({ data: thing }));
  cy.add({ nodes: fresh(found.nodes), edges: fresh(found.edges) });
  cy.getElementById(kind).addClass(steps > 1 ? "center" : "expanded");
  expanded.add(kind);
  choices("relation", cy.edges().map((edge) => edge.data("relation")));
  choices("source", cy.edges().map((edge) => edge.data("sources")).flat());
  filter();
  layout();
  if (found.left_out) status.textContent += ` ${found.left_out} more kinds lie further away; click a node to draw them.`;
}

function choices(name, values) {
  const select = form.elements[name];
  const known = new Set([...select.options].map((option) => option.value));
  [...new Set(values)].sort().filter((value) => !known.has(value)).forEach((value) => select.add(new Option(value)));
}

function filter() {
  const supports = new Set([...form.querySelectorAll("[name=support]:checked")].map((box) => box.value));
  const [relation, source, least] = ["relation", "source", "strength"].map((name) => form.elements[name].value);
  const passes = (edge) => supports.has(edge.data("support"))
    && (!relation || edge.data("relation") === relation)
    && (!source || edge.data("sources").includes(source))
    && (!edge.data("strength") || STRENGTHS.indexOf(edge.data("strength")) >= STRENGTHS.indexOf(least));
  cy.batch(() => {
    cy.edges().forEach((edge) => { edge.toggleClass("out", !passes(edge)); });
    cy.nodes().forEach((node) => {
      node.toggleClass("out", node.id() !== form.dataset.kind && !node.connectedEdges().some((edge) => !edge.hasClass("out")));
    });
  });
  list();
}

function list() {
  const shown = cy.edges().filter((edge) => !edge.hasClass("out"));
  const nodes = cy.nodes().filter((node) => !node.hasClass("out"));
  status.textContent = `${nodes.length} kinds and ${shown.length} edges are drawn.`;
  document.getElementById("edges").replaceChildren(...shown.toArray().slice(0, MOST_LISTED).map((edge) => {
    const item = document.createElement("li");
    const badge = document.createElement("span");
    badge.className = `badge ${edge.data("support")}`;
    badge.textContent = edge.data("support");
    item.append(end(edge.source()), ` ${edge.data("relation")} `, end(edge.target()), " ", badge, ` ${edge.data("strength")} `);
    [edge.source(), edge.target()].filter((node) => !expanded.has(node.id())).forEach((node) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `around ${node.data("label")}`;
      button.addEventListener("click", () => draw(node.id(), 1));
      item.append(" ", button);
    });
    return item;
  }));
}

function end(node) {
  const link = document.createElement("a");
  link.href = node.data("path");
  link.textContent = node.data("label");
  return link;
}

function save() {
  const link = document.createElement("a");
  link.href = cy.png({ full: true, scale: 2, bg: colour("--paper") });
  link.download = "irkg-graph.png";
  link.click();
}

cy = cytoscape({ container: document.getElementById("graph"), style: style(), minZoom: 0.1, maxZoom: 4 });
cy.on("tap", "node", (event) => draw(event.target.id(), 1));
dark.addEventListener("change", () => cy.style(style()));
form.addEventListener("change", () => { filter(); layout(); });
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("fit").addEventListener("click", () => cy.fit(undefined, 30));
document.getElementById("save").addEventListener("click", save);
draw(form.dataset.kind, 2);
window.irkgGraph = cy; // for tests, and for those who want to look
