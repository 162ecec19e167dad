// 期限: says how many plans are ticked and how long they take. Without this file the form works as it stands.
(() => {
  "use strict";

  const show = (form) => {
    const ticked = [...form.querySelectorAll("input[data-minutes]:checked")];
    const bar = form.querySelector("[data-picked]");
    if (!bar) return;
    const say = (part, value) => {
      part.textContent = part.dataset.text.replace("{n}", value);
    };
    bar.hidden = ticked.length === 0;
    say(bar.querySelector("[data-picked-count]"), ticked.length);
    bar.querySelector("[data-picked-names]").textContent = ticked.map((box) => box.dataset.name).join("、");
    say(
      bar.querySelector("[data-picked-minutes]"),
      ticked.reduce((sum, box) => sum + Number(box.dataset.minutes), 0),
    );
    for (const box of form.querySelectorAll("input[data-minutes]")) {
      box.closest("tr").classList.toggle("is-selected", box.checked);
    }
  };

  const forms = () => document.querySelectorAll("form[data-picking]");
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-picking]");
    if (form) show(form);
  });
  document.addEventListener("click", (event) => {
    const none = event.target.closest("[data-picked-none]");
    if (!none) return;
    event.preventDefault();
    const form = none.closest("form");
    for (const box of form.querySelectorAll("input[data-minutes]")) box.checked = false;
    show(form);
  });
  const showAll = () => forms().forEach(show);
  // A page that comes back from the browser's memory keeps its ticks.
  window.addEventListener("pageshow", showAll);
  document.addEventListener("htmx:load", showAll);
  showAll();
})();
