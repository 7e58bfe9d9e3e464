// The SPARQL editor: Yasgui on this server's endpoint, the canned queries as tabs. It asks nobody else.
"use strict";

const place = document.getElementById("editor");
const tabs = JSON.parse(document.getElementById("tabs").textContent);
const endpoint = new URL(place.dataset.endpoint, location.href).href;

Yasgui.Yasqe.defaults.autocompleters = ["variables"]; // the others ask services on the web for names
const yasgui = new Yasgui(place, {
  requestConfig: { endpoint, method: "POST" },
  persistenceId: null,
  autofocus: false,
  populateFromUrl: false,
  endpointCatalogueOptions: { getData: () => [{ endpoint }] },
});
// What Yasgui leaves out for screen readers: names of its text fields, and tabs that point at what is there.
function mend() {
  place.querySelectorAll(".CodeMirror textarea").forEach((field) => field.setAttribute("aria-label", "SPARQL query"));
  place.querySelectorAll("[role=tab][aria-controls]").forEach((tab) => {
    if (!document.getElementById(tab.getAttribute("aria-controls"))) tab.removeAttribute("aria-controls");
  });
}
new MutationObserver(mend).observe(place, { childList: true, subtree: true });

const fresh = (name, value) => ({ ...Yasgui.Tab.getDefaults(), name, yasqe: { value }, requestConfig: { endpoint, method: "POST" } });
const first = Object.keys(yasgui._tabs);
tabs.forEach((tab, at) => {
  yasgui.addTab(at === 0, fresh(tab.name, tab.query));
});
first.forEach((id) => yasgui.getTab(id)?.close());
document.getElementById("more").addEventListener("click", () => yasgui.addTab(true, fresh("Query", "SELECT * WHERE {\n  ?s ?p ?o\n}\nLIMIT 10\n")));
mend();
window.irkgEditor = yasgui; // for tests, and for those who want to look
