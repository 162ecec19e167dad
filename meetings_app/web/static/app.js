// Small comforts only: every page works without this file.
(() => {
  "use strict";

  // The phone's 検索 and メニュー are plain links to their parts of the page (:target); here they become toggles.
  const openers = [...document.querySelectorAll("[data-opens]")];
  const panelOf = (opener) => document.getElementById(opener.dataset.opens);
  const setOpen = (opener, open) => {
    opener.setAttribute("aria-expanded", String(open));
    panelOf(opener).classList.toggle("is-open", open);
  };
  for (const opener of openers) {
    if (!panelOf(opener)) continue;
    opener.setAttribute("role", "button");
    opener.setAttribute("aria-controls", opener.dataset.opens);
    setOpen(opener, false);
    const toggle = (event) => {
      event.preventDefault();
      const open = opener.getAttribute("aria-expanded") !== "true";
      for (const other of openers) if (panelOf(other)) setOpen(other, other === opener && open);
      if (open) panelOf(opener).querySelector("input, summary, a, button")?.focus();
    };
    opener.addEventListener("click", toggle);
    opener.addEventListener("keydown", (event) => {
      if (event.key === " ") toggle(event);
    });
  }

  // Menus made of <details> close on Escape and when the focus or the pointer goes elsewhere.
  const menus = () => document.querySelectorAll("details[data-menu][open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus()) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    for (const opener of openers) {
      if (opener.getAttribute("aria-expanded") === "true") {
        setOpen(opener, false);
        opener.focus();
      }
    }
  });
  for (const kind of ["click", "focusin"]) {
    document.addEventListener(kind, (event) => {
      for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
    });
  }

  // A notice that has been read can be put away.
  const addDismiss = (root) => {
    for (const notice of root.querySelectorAll("[data-dismiss-label]:not([data-dismissable])")) {
      notice.setAttribute("data-dismissable", "");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "notice__close";
      button.setAttribute("aria-label", notice.dataset.dismissLabel);
      const mark = document.createElement("span");
      mark.className = "x-mark";
      mark.setAttribute("aria-hidden", "true");
      button.append(mark);
      button.addEventListener("click", () => notice.remove());
      notice.append(button);
    }
  };

  // <details data-keep="name"> stays as the person left it while the tab is open.
  const keepDetails = (root) => {
    for (const part of root.querySelectorAll("details[data-keep]:not([data-kept])")) {
      part.setAttribute("data-kept", "");
      const key = `keep:${location.pathname}:${part.dataset.keep}`;
      try {
        const kept = sessionStorage.getItem(key);
        if (kept !== null) part.open = kept === "1";
        // The click comes before the change; what the server opens by itself is not a choice to keep.
        part.querySelector("summary").addEventListener("click", () => {
          sessionStorage.setItem(key, part.open ? "0" : "1");
        });
        // A form that was sent is done with: the page that answers says whether it is to be open.
        part.addEventListener("submit", () => sessionStorage.removeItem(key));
      } catch {
        return; // storage is switched off: nothing is kept, nothing is lost
      }
    }
  };

  const enhance = (root) => {
    addDismiss(root);
    keepDetails(root);
  };
  enhance(document);
  document.addEventListener("htmx:load", (event) => enhance(event.target));

  // The error summary is what a person must read first.
  document.querySelector("[data-focus-first]")?.focus();
})();
