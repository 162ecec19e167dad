// 進行画面と投影画面: parts of the page that change by themselves, clocks, forms sent aside, keys.
// Everything works without this file by plain forms and reloading. What people write is live-save.js's matter.
//
// A *region* is an element whose inside the server draws anew when something changed. Where somebody is filling in a
// form in it, it waits until they are done: nothing typed is taken away.
(() => {
  "use strict";

  const desk = document.getElementById("live");
  const projector = document.querySelector("[data-projector]");
  const root = desk ?? projector;
  if (!root) return;

  const STREAM = desk ? `${desk.dataset.live}/stream` : `${projector.dataset.projector}/stream`;
  const CUT_MS = 4000;
  const AGAIN_MS = 5000;
  const ANSWER_MS = 20_000;
  const FLUSH_MS = 1500;
  const REGIONS_MS = 2000; // after an action the stream brings what changed within this time, or the page is asked for it
  const NEWS_MS = 400;
  const MINUTE = 60;

  const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  // ---- The server's time -----------------------------------------------------------------------------------------

  let offset = Number(root.dataset.now) - Date.now();
  const nowMs = () => Date.now() + offset;
  const setNow = (now) => {
    if (Number.isFinite(now)) offset = now - Date.now();
  };

  const wall = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Asia/Tokyo",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const wallTime = (ms) => wall.format(new Date(ms)).replace(/^0(?=\d:)/, "");

  function duration(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / MINUTE) % MINUTE;
    const rest = String(whole % MINUTE).padStart(2, "0");
    return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
  }

  const spent = ({ base, since }) => Number(base ?? 0) + (since ? Math.max(0, nowMs() - Number(since)) / 1000 : 0);

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  const TICKS = {
    now: (element) => write(element, wallTime(nowMs())),
    timer(element) {
      const seconds = spent(element.dataset);
      write(element, duration(seconds));
      element.classList.toggle("is-over", seconds > Number(element.dataset.planned) * MINUTE);
    },
    "timer-bar"(element) {
      const seconds = spent(element.dataset);
      element.value = seconds;
      element.classList.toggle("meter--over", seconds > element.max);
    },
    elapsed: (element, head) => write(element, String(Math.floor(elapsedOf(head) / MINUTE))),
    "elapsed-bar"(element, head) {
      element.value = elapsedOf(head);
    },
    end(element, head) {
      const { base, since, itemPlanned, restOthers } = head.dataset;
      const left = itemPlanned ? Math.max(0, Number(itemPlanned) * MINUTE - spent({ base, since })) : 0;
      write(element, wallTime(nowMs() + (left + Number(restOthers)) * 1000));
    },
  };

  const elapsedOf = (head) => Math.max(0, (nowMs() - Number(head.dataset.opened)) / 1000);

  function tick() {
    for (const element of root.querySelectorAll("[data-tick]")) {
      const head = element.closest("[data-live-clock]");
      if (head?.dataset.stage === "closed" && element.dataset.tick.startsWith("elapsed")) continue;
      TICKS[element.dataset.tick]?.(element, head);
    }
    for (const element of root.querySelectorAll("[data-tick-since]")) {
      write(element, duration((nowMs() - Number(element.dataset.tickSince)) / 1000));
    }
  }

  // ---- Regions ---------------------------------------------------------------------------------------------------

  const drawn = new Map(); // what the server last drew, by id
  const waiting = new Map(); // what is to be shown once somebody is done with a form there

  // Two drawings are the same where only ticking figures and form tokens differ.
  function essence(html) {
    const part = document.createElement("template");
    part.innerHTML = html;
    for (const element of part.content.querySelectorAll("[data-tick], [data-tick-since]")) {
      element.textContent = "";
      element.removeAttribute("value");
      element.classList.remove("is-over", "meter--over");
      if (!element.classList.length) element.removeAttribute("class");
    }
    for (const input of part.content.querySelectorAll("input[name=_csrf_token]")) input.remove();
    for (const link of part.content.querySelectorAll("[aria-current=page]")) link.removeAttribute("aria-current");
    for (const hidden of part.content.querySelectorAll("input[name=shown]")) hidden.removeAttribute("value");
    return part.innerHTML.replace(/>\s+</g, "><");
  }

  const TYPED = "input:not([type=hidden]):not([type=submit]), textarea, select";

  function isChanged(control) {
    if (control.matches("select")) return [...control.options].some((option) => option.selected !== option.defaultSelected && control.value !== "");
    if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
    return control.value !== control.defaultValue;
  }

  // Somebody works in a form of this region: the caret is in it, or something in it has been changed.
  function isBusy(region) {
    const controls = [...region.querySelectorAll(TYPED)];
    return controls.some((control) => !control.matches("[data-live-field]") && (control === document.activeElement || isChanged(control)));
  }

  function place(id, html) {
    const region = document.getElementById(id);
    if (!region?.hasAttribute("data-live-region")) return;
    if (drawn.get(id) === undefined) drawn.set(id, essence(region.innerHTML));
    const fresh = essence(html);
    if (fresh === drawn.get(id)) {
      waiting.delete(id);
      return;
    }
    if (isBusy(region)) {
      waiting.set(id, html);
      return;
    }
    waiting.delete(id);
    drawn.set(id, fresh);
    exchange(region, html);
  }

  function exchange(region, html) {
    const opened = [...region.querySelectorAll("details[id][open]")].map((part) => part.id);
    const trail = focusTrail(region);
    region.innerHTML = html;
    for (const part of region.querySelectorAll("details[id]")) part.open ||= opened.includes(part.id);
    if (trail) putFocus(region, trail);
    complete(region);
  }

  // The ids from the focused element up to its region: what is still there gets the focus again.
  function focusTrail(region) {
    if (!region.contains(document.activeElement)) return null;
    const trail = [];
    for (let at = document.activeElement; at && at !== region; at = at.parentElement) trail.push(at.id || at.dataset.focusId || "");
    return trail.filter(Boolean);
  }

  const FOCUSABLE = "button, summary, a[href], input:not([type=hidden]), select, textarea";

  function putFocus(region, trail) {
    for (const id of trail) {
      const found = document.getElementById(id);
      if (!found || !region.contains(found)) continue;
      const goal = found.matches(FOCUSABLE) ? found : found.querySelector(FOCUSABLE);
      if (goal) return goal.focus({ preventScroll: true });
    }
    region.setAttribute("tabindex", "-1");
    region.focus({ preventScroll: true });
  }

  // What is drawn for all screens at once does not know which item this one shows.
  function complete(part) {
    if (!desk) return;
    for (const link of part.querySelectorAll(".agenda__item")) {
      if (link.dataset.item === desk.dataset.item) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    for (const hidden of part.querySelectorAll("input[name=shown]")) hidden.value = desk.dataset.item;
  }

  function placeAll(regions) {
    const before = sayings();
    for (const [id, html] of Object.entries(regions)) place(id, html);
    tick();
    tell(before);
    if (desk) lookAtStage();
  }

  // Regions that waited are shown when the person has left the form.
  function release() {
    if (!waiting.size) return;
    const held = Object.fromEntries(waiting);
    placeAll(held);
  }
  root.addEventListener("focusout", () => setTimeout(release, 0));
  root.addEventListener("reset", () => setTimeout(release, 0));

  // ---- What is said to screen readers: what changed for everybody, in one sentence, and nothing else --------------

  const sayings = () =>
    new Map([...root.querySelectorAll("[data-say]")].map((part) => [part.dataset.say, part.textContent.trim()]));
  let toTell = [];
  let telling = 0;

  function tell(before) {
    const news = document.getElementById("live-news");
    if (!news) return;
    for (const [name, text] of sayings()) if (text && before.has(name) && before.get(name) !== text) toTell.push(text);
    if (!toTell.length) return;
    clearTimeout(telling);
    telling = setTimeout(() => {
      news.textContent = [...new Set(toTell)].join(" ");
      toTell = [];
    }, NEWS_MS);
  }

  // ---- The stage of the meeting, and the item on the table ---------------------------------------------------------

  let current = document.querySelector("[data-live-clock]")?.dataset.current ?? "";
  let isLeaving = false;

  async function leaveFor(address) {
    if (isLeaving) return;
    isLeaving = true;
    await Promise.race([window.liveSave?.flush?.() ?? true, sleep(FLUSH_MS)]);
    if (address) location.assign(address);
    else location.reload();
    setTimeout(() => {
      isLeaving = false;
    }, AGAIN_MS);
  }

  const itemAddress = (item) => `${desk.dataset.live}?item=${encodeURIComponent(item)}`;
  const isRunning = (stage) => stage === "open" || stage === "paused";

  function lookAtStage() {
    const clock = document.querySelector("[data-live-clock]");
    if (!clock) return;
    const { stage } = clock.dataset;
    const was = desk.dataset.stage;
    if (stage !== was) {
      if (!isRunning(stage) || !isRunning(was)) return void leaveFor("");
      desk.classList.replace(`live--${was}`, `live--${stage}`);
      desk.dataset.stage = stage;
    }
    if (!desk.dataset.item && Number(clock.dataset.items) > 0) return void leaveFor("");
    follow(clock.dataset.current);
  }

  // Who looks at the item on the table goes on with it, unless they are writing: they are offered the way.
  function follow(item) {
    const before = current;
    current = item;
    if (!item || item === before || item === desk.dataset.item) return;
    const showedIt = before === "" || before === desk.dataset.item;
    if (showedIt && !isWriting()) leaveFor(itemAddress(item));
  }

  function isWriting() {
    const active = document.activeElement;
    if (active?.matches("textarea, input:not([type=hidden]), select") && desk.contains(active)) return true;
    if (keptForms().some(isFilledIn)) return true;
    return waiting.size > 0 || (window.liveSave?.pending?.().length ?? 0) > 0;
  }

  // ---- The stream --------------------------------------------------------------------------------------------------

  const cut = document.getElementById("live-cut");
  let source = null;
  let cutTimer = 0;
  let lastRegions = 0;

  function sayCut(isCut) {
    clearTimeout(cutTimer);
    if (!cut) return;
    if (!isCut) {
      cut.hidden = true;
      return;
    }
    cutTimer = setTimeout(() => {
      cut.querySelector("span").textContent = desk.dataset.cut;
      cut.hidden = false;
    }, CUT_MS);
  }

  function listen() {
    source = new EventSource(STREAM);
    source.addEventListener("hello", (event) => {
      setNow(JSON.parse(event.data).now);
      sayCut(false);
      tick();
    });
    source.addEventListener("field", (event) => window.liveSave?.apply(event));
    source.addEventListener("regions", (event) => {
      const { now, regions } = JSON.parse(event.data);
      setNow(now);
      lastRegions = performance.now();
      placeAll(regions);
    });
    source.addEventListener("error", () => {
      sayCut(true);
      // The browser comes back by itself, but not after an answer that was no stream (a login that ended).
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS);
    });
  }

  // Without the stream: the page itself says what its regions are now.
  async function lookAgain() {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      placeAll(Object.fromEntries([...page.querySelectorAll("[data-live-region]")].map((part) => [part.id, part.innerHTML])));
    } catch {
      // the notice about the connection stands already
    }
  }

  // ---- Forms that somebody fills in: kept in this browser until they have been taken --------------------------------

  const FORMS = "form[data-live-act], .live-panel form";
  const KEPT = desk ? `live-form:${desk.dataset.user}:` : "";
  const KEPT_DAYS = 30;
  // What tells two forms apart that go to one address; the rest of what is hidden differs from load to load.
  const TELLING = ["act", "action", "item", "person", "position"];

  // Texts that settle a conflict are live-save.js's matter.
  const keptForms = () => [...desk.querySelectorAll(FORMS)].filter((form) => controlsOf(form).length && !form.querySelector("textarea[id^=rewritten-]"));
  const controlsOf = (form) => [...form.elements].filter((control) => control.name && control.matches(TYPED));
  const isFilledIn = (form) => controlsOf(form).some(isChanged);
  const isTicked = (control) => control.type === "checkbox" || control.type === "radio";

  function keyOf(form) {
    const told = TELLING.map((name) => form.querySelector(`input[type=hidden][name=${name}]`)?.value ?? "");
    return KEPT + [form.getAttribute("action"), ...told].join(" ");
  }

  function keepForm(form) {
    const values = controlsOf(form).map((control) => [control.name, isTicked(control) ? control.checked : control.value]);
    try {
      if (isFilledIn(form)) localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values }));
      else localStorage.removeItem(keyOf(form));
    } catch {
      // full or switched off: what is typed stands on the page
    }
  }

  function forgetForm(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // nothing was kept
    }
  }

  function readForm(key) {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      return Array.isArray(kept?.values) ? kept : null;
    } catch {
      return null;
    }
  }

  function bringBackForms() {
    for (const form of keptForms()) {
      const kept = readForm(keyOf(form));
      if (!kept || isFilledIn(form)) continue;
      const values = new Map(kept.values);
      for (const control of controlsOf(form)) {
        if (!values.has(control.name)) continue;
        if (isTicked(control)) control.checked = values.get(control.name) === true;
        else control.value = values.get(control.name);
      }
      for (let part = form.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    }
    forgetOldForms();
  }

  function forgetOldForms() {
    const oldest = Date.now() - KEPT_DAYS * 86_400_000;
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(KEPT) && !((readForm(key)?.at ?? 0) > oldest)) localStorage.removeItem(key);
      }
    } catch {
      // nothing was kept
    }
  }

  // ---- Forms sent aside --------------------------------------------------------------------------------------------

  const token = () => window.liveSave?.token?.() || document.querySelector('meta[name="csrf-token"]')?.content || "";

  async function send(form, body) {
    return fetch(form.getAttribute("action"), {
      method: "POST",
      headers: {
        Accept: "application/json",
        "X-CSRF-Token": token(),
        "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
      },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  }

  async function submit(form, submitter) {
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    const body = new URLSearchParams(new FormData(form, submitter));
    body.delete("_csrf_token");
    const kept = keyOf(form);
    try {
      if (form.hasAttribute("data-live-go")) await Promise.race([window.liveSave?.flush?.() ?? true, sleep(FLUSH_MS)]);
      const answer = await sendTwice(form, body);
      if (answer.ok) {
        forgetForm(kept);
        return done(form, answer);
      }
      const said = await answer.json().catch(() => ({}));
      if (answer.status === 409 && said.result === "conflict") return void window.liveSave?.refresh?.();
      complain(said.message || desk.dataset.refused);
    } catch {
      complain(desk.dataset.unreachable);
    } finally {
      form.removeAttribute("aria-busy");
    }
  }

  // A token may have changed since the page was loaded: somebody signed in again in another window.
  async function sendTwice(form, body) {
    const answer = await send(form, body);
    if (answer.status !== 401 && answer.status !== 403) return answer;
    const isOurs = await window.liveSave?.refresh?.();
    return isOurs ? send(form, body) : answer;
  }

  function done(form, answer) {
    document.getElementById("live-notices")?.replaceChildren();
    const menu = form.closest("details");
    const summary = menu?.querySelector("summary");
    const hadFocus = form.contains(document.activeElement);
    form.reset();
    if (menu && (menu.hasAttribute("data-menu") || menu.matches(".live-extra, .person-menu, .live-who, [data-live-form], [id^=rewrite-]"))) {
      menu.open = false;
      if (hadFocus) summary.focus({ preventScroll: true });
    }
    const sentAt = performance.now();
    release();
    const item = answer.headers.get("X-Live-Item");
    if (form.hasAttribute("data-live-go") && item && item !== desk.dataset.item) return leaveFor(itemAddress(item));
    setTimeout(() => {
      if (lastRegions < sentAt) lookAgain();
    }, REGIONS_MS);
  }

  function complain(message) {
    const place = document.getElementById("live-notices");
    if (!place) return;
    const notice = document.createElement("div");
    notice.className = "notice notice--error";
    notice.setAttribute("role", "alert");
    notice.tabIndex = -1;
    const text = document.createElement("p");
    text.textContent = message;
    const inner = document.createElement("div");
    inner.className = "notice__body";
    inner.append(text);
    notice.append(inner);
    place.replaceChildren(notice);
    notice.scrollIntoView({ block: "nearest" });
  }

  // ---- Keys --------------------------------------------------------------------------------------------------------

  const KEYS = {
    KeyN: () => document.getElementById("live-next")?.click(),
    Digit0: () => current && leaveFor(itemAddress(current)),
    KeyO: () => document.querySelector("#w-outcome input:checked, #w-outcome input")?.focus(),
    KeyC: () => document.getElementById("w-confirmed")?.focus(),
    KeyP: () => document.querySelector("#live-people button, #live-people summary")?.focus(),
    KeyK() {
      const tools = document.getElementById("live-tools");
      tools.open = !tools.open;
      tools.querySelector("summary").focus();
    },
  };
  for (let number = 1; number <= 9; number += 1) {
    KEYS[`Digit${number}`] = () => {
      const link = document.querySelector(`.agenda__item[data-key="${number}"]`);
      if (link) leaveFor(link.href);
    };
  }

  function onKey(event) {
    const isOurs = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.isComposing;
    const act = isOurs ? KEYS[event.code] : null;
    if (!act) return;
    event.preventDefault();
    act();
  }

  // On a phone what was said before is folded away; on a wider screen it always stands open.
  function foldContext() {
    const isPhone = window.matchMedia("(max-width: 719px)");
    const fold = () => {
      for (const part of document.querySelectorAll("[data-live-context]")) part.open = !isPhone.matches;
    };
    isPhone.addEventListener("change", fold);
    fold();
  }

  // ---- Beginning -----------------------------------------------------------------------------------------------------

  if (desk) {
    desk.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.matches("[data-live-fields]")) {
        event.preventDefault();
        window.liveSave?.flush?.();
      } else if (form.matches("[data-live-act], .live-panel form")) {
        event.preventDefault();
        submit(form, event.submitter);
      }
    });
    const keepTyped = (event) => {
      const form = event.target.form;
      if (form?.matches?.(FORMS) && !event.target.matches("[data-live-field] *, [data-live-field], textarea[id^=rewritten-]")) keepForm(form);
    };
    desk.addEventListener("input", keepTyped);
    desk.addEventListener("change", keepTyped);
    bringBackForms();
    desk.addEventListener("click", (event) => {
      const link = event.target.closest?.("a.agenda__item, a[data-live-follow], .agenda-bar a[href*='item=']");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      leaveFor(link.href);
    });
    document.addEventListener("keydown", onKey);
    foldContext();
    desk.classList.add("has-script");
  }
  for (const region of root.querySelectorAll("[data-live-region]")) drawn.set(region.id, essence(region.innerHTML));
  tick();
  setInterval(tick, 1000);
  window.addEventListener("pageshow", (event) => {
    isLeaving = false;
    if (event.persisted) lookAgain();
  });
  window.addEventListener("pagehide", () => source?.close());
  listen();
})();
